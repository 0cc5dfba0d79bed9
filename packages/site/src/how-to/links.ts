import { existsSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path/posix';
import { folder } from '../figures/runs.js';
import { publishedAt } from '../published.js';
import { root } from '../repository.js';
import { type Document, listDocuments } from './documents.js';

/**
 * Where a link in a Markdown file leads on the site: to a page that shows what it names, or else to the file
 * where the repository is published.
 *
 * @returns undefined where there is no such address
 * @throws {Error} where the repository has nothing of that name, or the document no such heading
 */
export function resolveLink(href: string, from: Document): string | undefined {
  if (/^[a-z]+:/i.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const file =
    path === '' ? from.file : normalize(join(dirname(from.file), path)).replace(/\/$/, '');
  if (!existsSync(join(root, file)))
    throw new Error(`${from.file} links ${href}, which is not there`);
  const document = listDocuments().find(
    (each) => each.file === file || each.file === `${file}/README.md`,
  );
  if (!document) return pageOf(file) ?? publishedAt(file);
  if (anchor && !document.headings.some(({ id }) => id === anchor)) {
    throw new Error(`${from.file} links ${href}, and ${document.file} has no such heading`);
  }
  return `/how-to/${document.slug}/${anchor ? `#${anchor}` : ''}`;
}

/** A page of the site that shows a file which is no Markdown. */
function pageOf(file: string): string | undefined {
  if (file === 'openapi.yaml') return '/api/';
  const [, id, ending] = /^results\/(.+)\.(html|json)$/.exec(file) ?? [];
  if (!id || !existsSync(join(folder, basename(file)))) return undefined;
  return ending === 'html' ? `/figures/${id}/report.html` : `/figures/${id}/results.json`;
}
