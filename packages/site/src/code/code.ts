import { join } from 'node:path';
import { operations } from '@heptathlon/contract';
import { listTargets } from '@heptathlon/targets';
import { root } from '../repository.js';
import { highlight } from './highlight.js';
import { type Row, readRows } from './rows.js';

/** A column: an app, and what it is made with. */
export interface Column {
  name: string;
  /** `express 5.3.0`, `hono 4.13.19, Bun 1.4.5` */
  madeWith: string;
}

/** All that the pages of code show. */
export interface Code {
  rows: Row[];
  columns: Column[];
  /** `USUAL` */
  usual: string[];
  /** All that pieces are of. */
  files: string[];
  /** Each piece's code as HTML, by file and first line. */
  html: Map<string, string>;
  /** The rules for the classes in that. */
  css: string;
}

/** The columns of a reader who has chosen none: named, so that an app that joins moves none of them away. */
export const USUAL = ['express', 'fastify', 'hono'];

let code: Promise<Code> | undefined;

/** Reads and highlights the code of all apps, once. @throws where an app lacks an operation, or a usual column is gone */
export function readCode(): Promise<Code> {
  code ??= read();
  return code;
}

async function read(): Promise<Code> {
  const targets = listTargets(join(root, 'apps'));
  const names = targets.map(({ name }) => name);
  const rows = readRows(root, names, [...operations]);
  const pieces = rows.flatMap(({ cells, shared }) => [
    ...cells.flatMap(({ pieces }) => pieces),
    ...shared,
  ]);
  const gone = USUAL.filter((name) => !names.includes(name));
  if (gone.length > 0) throw new Error(`USUAL in code.ts names an app that is gone: ${gone}`);
  return {
    rows,
    columns: targets.map(({ name, framework, version, runtime }) => ({
      name,
      madeWith: [`${framework} ${version}`, runtime].filter(Boolean).join(', '),
    })),
    files: [...new Set(pieces.map(({ file }) => file))],
    usual: USUAL,
    ...(await highlight(root, pieces)),
  };
}

/** Who stands beside an app where the reader has chosen that one only. */
export function besides(app: string, usual: string[]): string[] {
  const other = usual.find((name) => name !== app);
  return other === undefined ? [app] : [other, app];
}
