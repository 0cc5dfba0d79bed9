import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatJson } from '../output/json.js';
import { writeWhole } from '../output/write.js';
import { renderSoakReport } from './report/render.js';
import type { SoakResults } from './result.js';

/**
 * Writes the results, and the report beside them; each file appears complete or not at all.
 *
 * @param file the results file, `.json`
 */
export async function writeSoak(
  file: string,
  results: SoakResults,
): Promise<{ json: string; report: string }> {
  const report = `${file.replace(/\.json$/, '')}.html`;
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, formatJson(results));
  await writeWhole(report, renderSoakReport(results));
  return { json: file, report };
}
