import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { marked, type Token, type Tokens } from 'marked';
import { root } from '../repository.js';
import { type Document, listDocuments } from './documents.js';

/** A picture in a text. */
export interface Image {
  /** From the root of the repository. */
  file: string;
  src: string;
  width: number;
  height: number;
}

/**
 * A picture of the repository that a document shows; the page knows its size before it is there.
 *
 * @throws {Error} where it is no PNG
 */
export function imageOf(href: string, from: Document): Image {
  const file = normalize(join(dirname(from.file), href));
  const header = readFileSync(join(root, file)).subarray(0, 24);
  if (header.toString('latin1', 1, 4) !== 'PNG') throw new Error(`${file} is no PNG`);
  return {
    ...{ file, src: `/how-to/files/${file}` },
    ...{ width: header.readUInt32BE(16), height: header.readUInt32BE(20) },
  };
}

/** All pictures that documents show. */
export function listImages(): Image[] {
  return listDocuments().flatMap((document) => {
    const found: Tokens.Image[] = [];
    marked.walkTokens(document.tokens, (token: Token) => {
      if (token.type === 'image') found.push(token as Tokens.Image);
    });
    return found
      .filter(({ href }) => !/^[a-z]+:/i.test(href))
      .map(({ href }) => imageOf(href, document));
  });
}
