import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Results } from '../result.js';
import { renderReport } from './report.js';

/**
 * Writes the results, and the report beside them; each file appears complete or not at all.
 *
 * @param file the results file, `.json`
 * @returns the report's file
 */
export async function writeResults(file: string, results: Results): Promise<string> {
  const report = `${file.replace(/\.json$/, '')}.html`;
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, `${JSON.stringify(results, null, 2)}\n`);
  await writeWhole(report, renderReport(results));
  return report;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text);
  await rename(aside, file);
}
