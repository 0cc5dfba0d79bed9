import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listTargets } from '@heptathlon/targets';
import { type App, findApp } from './app.js';
import { helpersOf } from './helpers.js';
import { type Note, notesFor, readNotes } from './notes.js';
import { join as joinPieces, type Piece } from './piece.js';
import { cutRoute, type Operation } from './routes.js';
import { findTopic, sharedPieces, type Topic, topics } from './topics.js';

/** A piece as it is shown: with its address and notes. */
export interface ShownPiece extends Piece {
  /** Its own address on the page: `#nest.user-id.pipe`. */
  id: string;
  notes: Note[];
  /** Whether it is what an operation needs beside its route: it is folded. */
  isHelper: boolean;
}

/** How many lines pieces have. */
export const countLines = (pieces: Piece[]): number =>
  pieces.reduce((sum, { firstLine, lastLine }) => sum + lastLine - firstLine + 1, 0);

/** What an app has for a row. */
export interface Cell {
  app: string;
  pieces: ShownPiece[];
}

/** An operation of the rule book, or a topic. */
export interface Row {
  id: string;
  title: string;
  summary: string;
  /** None for a topic. */
  operation?: Operation;
  cells: Cell[];
  shared: ShownPiece[];
}

/** An operation with what the rule book says of it. */
export type DescribedOperation = Operation & { summary: string };

/**
 * The code of targets, in rows.
 *
 * @param root the repository's folder
 * @param names of targets
 * @param operations in the order of the rule book
 * @throws where an app has no route for an operation, or nothing is found for a topic; the message names both
 */
export function readRows(root: string, names: string[], operations: DescribedOperation[]): Row[] {
  const found = listTargets(join(root, 'apps'))
    .filter(({ name }) => names.includes(name))
    .map((target) => findApp(root, target, operations));
  const notes = new Map(found.map(({ folder }) => [folder, readNotes(root, folder)]));
  return [
    ...operations.map((operation) => ({
      id: operation.operationId,
      title: operation.operationId,
      summary: operation.summary,
      operation,
      cells: found.map((app) => {
        const route = app.routes.get(operation.operationId);
        if (!route) return cellOf(root, app, [], notes);
        return cellOf(
          root,
          app,
          [cutRoute(route)],
          notes,
          helpersOf(app, operation.operationId, route),
        );
      }),
      shared: [],
    })),
    ...topics.map((topic) => rowOf(root, topic, found, notes)),
  ];
}

function rowOf(root: string, topic: Topic, apps: App[], notes: Map<string, Note[]>): Row {
  const { id, title, summary } = topic;
  const shared = sharedPieces(root, topic).map((piece) => ({
    ...piece,
    id: `shared.${basename(piece.file).replace(/\.\w+$/, '')}`,
    notes: [],
    isHelper: false,
  }));
  return {
    id,
    title,
    summary,
    cells: apps.map((app) => cellOf(root, app, findTopic(root, topic, app), notes)),
    shared,
  };
}

function cellOf(
  root: string,
  app: App,
  pieces: Piece[],
  notes: Map<string, Note[]>,
  helpers: Piece[] = [],
): Cell {
  const texts = new Map(
    [...pieces, ...helpers].map(
      ({ file }) => [file, readFileSync(join(root, file), 'utf8')] as const,
    ),
  );
  const ids = new Map<string, number>();
  return {
    app: app.name,
    pieces: [
      ...joinPieces(texts, pieces).map((piece) => ({ piece, isHelper: false })),
      ...joinPieces(texts, helpers).map((piece) => ({ piece, isHelper: true })),
    ].map(({ piece, isHelper }) => {
      const base = `${app.name}.${basename(piece.file).replace(/\.\w+$/, '')}`;
      const count = (ids.get(base) ?? 0) + 1;
      ids.set(base, count);
      return {
        ...{ ...piece, isHelper },
        id: count === 1 ? base : `${base}-${count}`,
        notes: notesFor(piece, notes.get(app.folder) ?? []),
      };
    }),
  };
}
