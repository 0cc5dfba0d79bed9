import { mkdir, open, rename, rm } from 'node:fs/promises';
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
  // The results first: should anything below fail, nothing that was measured is lost.
  await writeWhole(written.json, formatJson(results));
  await writeWhole(written.report, renderReport(results));
  const links = { report: basename(written.report), json: basename(written.json) };
  await writeWhole(written.markdown, renderMarkdown(results, links));
  return written;
}

/**
 * Writes a file, and makes its folder where there is none. The file holds what it held before, or all of
 * the text: after a failure, a kill and a power cut too. A failure leaves nothing else behind.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}`;
  try {
    const handle = await open(aside, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
}

/** The rename, too, is on the disk then; not every system lets a folder be opened for that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
