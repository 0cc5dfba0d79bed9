import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Results } from '../result.js';
import { formatJson } from './json.js';
import { renderMarkdown } from './markdown.js';
import { renderReport } from './report/render.js';

/** The files of a run. */
export interface Written {
  json: string;
  report: string;
  markdown: string;
}

/**
 * Writes the results, and report and tables beside them; each file appears complete or not at all.
 *
 * @param file the results file, `.json`
 */
export async function writeResults(file: string, results: Results): Promise<Written> {
  const base = file.replace(/\.json$/, '');
  const written = { json: file, report: `${base}.html`, markdown: `${base}.md` };
  await mkdir(dirname(file), { recursive: true });
  // The results first: should anything below fail, nothing that was measured is lost.
  await writeWhole(written.json, formatJson(results));
  await writeWhole(written.report, renderReport(results));
  const links = { report: basename(written.report), json: basename(written.json) };
  await writeWhole(written.markdown, renderMarkdown(results, links));
  return written;
}

async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text);
  await rename(aside, file);
}
