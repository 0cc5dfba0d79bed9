import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type EventSummary,
  type Overview,
  overviewOf,
  type Results,
  readResults,
  summarise,
  UsageError,
  type View,
  viewOf,
} from '@heptathlon/bench';
import { root } from '../repository.js';

/** A run of the bench, and what the bench says of it. */
export interface Run {
  /** The name of its file, without the ending; also its address: `/figures/<id>/`. */
  id: string;
  results: Results;
  summaries: EventSummary[];
  /** The table of the README. */
  overview: Overview;
  /** What the bench's own report shows. */
  readonly view: View;
  /** The bench's own report and its tables, where they were kept. */
  report: string | undefined;
}

/** The folder of all results. */
export const folder = join(root, 'results');

/** The bench's files, and not those of other programs that lie beside them. */
const isRun = (file: string) =>
  file.endsWith('.json') && !file.startsWith('soak-') && file !== 'conformance.json';

let read: { runs: Run[]; unread: string[] } | undefined;

/** The runs of the bench, the newest first. */
export const listRuns = (): Run[] => readAll().runs;

/** Why files that look like runs are none, a line each: one of an older version, for example. */
export const listUnread = (): string[] => readAll().unread;

/** The bench's runs that soak a server, by the name of their files without the ending. */
export function listSoaks(): { id: string; report: string | undefined }[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith('soak-') && file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .map((id) => ({ id, report: reportOf(id) }))
    .toReversed();
}

/** @throws {RangeError} where there is none of that name */
export function findRun(id: string): Run {
  const run = listRuns().find((each) => each.id === id);
  if (!run) throw new RangeError(`results/ has no run "${id}"`);
  return run;
}

function readAll() {
  if (read) return read;
  const runs: Run[] = [];
  const unread: string[] = [];
  for (const file of readdirSync(folder).filter(isRun)) {
    try {
      runs.push(readRun(basename(file, '.json')));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unread.push(error.message.replace(`${folder}/`, ''));
    }
  }
  runs.sort((a, b) => b.results.startedAt.localeCompare(a.results.startedAt));
  read = { runs, unread };
  return read;
}

function readRun(id: string): Run {
  const results = readResults(join(folder, `${id}.json`));
  const summaries = summarise(results);
  let view: View | undefined;
  return {
    id,
    results,
    summaries,
    overview: overviewOf(results, summaries),
    get view() {
      view ??= viewOf(results, summaries);
      return view;
    },
    report: reportOf(id),
  };
}

function reportOf(id: string): string | undefined {
  const file = join(folder, `${id}.html`);
  return existsSync(file) ? file : undefined;
}
