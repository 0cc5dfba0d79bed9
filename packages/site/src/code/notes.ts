import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { marked, type Tokens } from 'marked';
import type { Piece } from './piece.js';

/** A row of an app's README: where the framework's default had to change. */
export interface Note {
  /** The cells as HTML, in the order of the table's columns. */
  cells: string[];
  /** The table's headings. */
  headings: string[];
  /** What its last cell names: files and identifiers. */
  names: string[];
}

/** The rows of all tables in an app's README. */
export function readNotes(root: string, app: string): Note[] {
  const file = join(root, 'apps', app, 'README.md');
  if (!existsSync(file)) return [];
  const tables = marked
    .lexer(readFileSync(file, 'utf8'))
    .filter((token): token is Tokens.Table => token.type === 'table');
  return tables.flatMap(({ header, rows }) =>
    rows.map((row) => ({
      headings: header.map(({ text }) => text),
      cells: row.map(({ tokens }) => marked.parser([{ type: 'text', raw: '', text: '', tokens }])),
      names: [...(row.at(-1)?.text ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    })),
  );
}

/** Names of files that every app has, and that say nothing alone. */
const EVERYWHERE = ['app.ts', 'server.ts'];

/** The notes that concern a piece: those that name its file, or something that stands in it. */
export function notesFor(piece: Piece, notes: Note[]): Note[] {
  const file = basename(piece.file);
  return notes.filter(({ names }) =>
    names.some((name) =>
      name.endsWith('.ts')
        ? name === file && !EVERYWHERE.includes(name)
        : mentions(piece.code, name),
    ),
  );
}

/** Whether a name stands in code as a whole: `fresh`, `strict: false`, `app.on('error')`. */
function mentions(code: string, name: string): boolean {
  const from = name.replace(/\)$/, '');
  for (let at = code.indexOf(from); at >= 0; at = code.indexOf(from, at + 1)) {
    const within = (text: string, edge: string) => /^\w\w$/.test(text + edge);
    if (
      !within(code.charAt(at - 1), from.charAt(0)) &&
      !within(from.slice(-1), code.charAt(at + from.length))
    ) {
      return true;
    }
  }
  return false;
}
