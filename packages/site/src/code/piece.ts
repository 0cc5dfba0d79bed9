import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Node } from 'oxc-parser';
import type { Source } from './source.js';

/** Whole lines of a file. */
export interface Piece {
  /** The app in whose folder the file lies; empty for what all apps share. */
  app: string;
  /** Its path in the repository. */
  file: string;
  /** From 1. */
  firstLine: number;
  /** The last one that belongs to it. */
  lastLine: number;
  /** How many spaces were taken from the beginning of every line. */
  indent: number;
  /** The lines, without that indent, and without a line break at the end. */
  code: string;
}

/** Where something stands in a file, as offsets. */
export interface Span {
  start: number;
  end: number;
}

/** The lines on which a span stands, with the comments right above it. */
export function cut(source: Pick<Source, 'app' | 'file' | 'text' | 'comments'>, span: Span): Piece {
  const { app, file, text } = source;
  const firstLine = lineAt(text, withComments(source, startOf(span)));
  const lastLine = lineAt(text, span.end - 1);
  return { app, file, firstLine, lastLine, ...linesOf(text, firstLine, lastLine) };
}

/** All of a file that is no import. */
export function cutBody(source: Source): Piece {
  const first = source.program.body.find(({ type }) => type !== 'ImportDeclaration');
  const end = source.text.trimEnd().length;
  return cut(source, { start: first ? startOf(first) : 0, end });
}

/** Statements of a file, those that follow one another as one piece. */
export function cutStatements(source: Source, body: Node[], chosen: Set<Node>): Piece[] {
  const runs: Node[][] = [];
  let last: Node[] | undefined;
  for (const statement of body) {
    if (!chosen.has(statement)) {
      last = undefined;
    } else if (last) {
      last.push(statement);
    } else {
      last = [statement];
      runs.push(last);
    }
  }
  return runs.map((run) => {
    const [first, end] = [run[0] as Node, run.at(-1) as Node];
    return cut(source, { start: startOf(first), end: end.end });
  });
}

/** A file that is no TypeScript. */
export function cutFile(root: string, file: string): Piece {
  const text = readFileSync(path.join(root, file), 'utf8').trimEnd();
  const lastLine = lineAt(text, text.length);
  return { app: '', file, firstLine: 1, lastLine, ...linesOf(text, 1, lastLine) };
}

/** Pieces in the order in which they were found, each line once: what overlaps or touches is put together. */
export function join(sources: Map<string, string>, pieces: Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const index = joined.findIndex(
      (other) =>
        other.file === piece.file &&
        other.firstLine <= piece.lastLine + 1 &&
        piece.firstLine <= other.lastLine + 1,
    );
    const other = joined[index];
    if (!other) {
      joined.push(piece);
      continue;
    }
    joined.splice(index, 1);
    const firstLine = Math.min(other.firstLine, piece.firstLine);
    const lastLine = Math.max(other.lastLine, piece.lastLine);
    const lines = linesOf(sources.get(piece.file) ?? '', firstLine, lastLine);
    // It may touch a third one now.
    const rest = joined.splice(index);
    joined.push(...join(sources, [{ ...other, firstLine, lastLine, ...lines }, ...rest]));
  }
  return joined;
}

/** Where a node begins, with the decorators that stand before its `export`. */
function startOf(span: Span | Node): number {
  const declared = 'declaration' in span && span.declaration;
  const [first] = (declared && 'decorators' in declared && declared.decorators) || [];
  return Math.min(span.start, first?.start ?? span.start);
}

function linesOf(text: string, firstLine: number, lastLine: number) {
  const lines = text.split('\n').slice(firstLine - 1, lastLine);
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return { indent, code: lines.map((line) => line.slice(indent)).join('\n') };
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Where the comments begin that stand right above an offset. */
function withComments(
  { text, comments }: Pick<Source, 'text' | 'comments'>,
  offset: number,
): number {
  let start = offset;
  for (const comment of comments.toReversed()) {
    if (comment.end > start) continue;
    if (!/^[^\S\n]*\n?[^\S\n]*$/.test(text.slice(comment.end, start))) break;
    // One that stands behind code belongs to that.
    const line = text.slice(text.lastIndexOf('\n', comment.start) + 1, comment.start);
    if (line.trim()) break;
    start = comment.start;
  }
  return start;
}

/** The smallest statement, class member or property that a node stands in. */
export function unitOf(node: Node, parents: Node[]): Node {
  const around = [...parents, node].reverse();
  return (
    around.find(({ type }) => /(Statement|Declaration|Definition|^Property)$/.test(type)) ?? node
  );
}
