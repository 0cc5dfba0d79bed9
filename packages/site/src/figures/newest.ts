import type { Row } from '@heptathlon/bench';
import { chosenRun, counts } from './chosen.js';
import { listRuns, type Run } from './runs.js';

export { type Verdict, verdict } from './verdict.js';

/** What a request costs, in the words and figures of the bench. */
export interface Cost {
  /** CPU time of the server, in µs a request: the median of the rounds; null where it is void. */
  median: number | null;
  /** Whether it is told apart from the cheapest. */
  differs: boolean;
  /** As it stands in the README's table: `16.8`, `void`. */
  text: string;
  /** The rounds that it is not of, `3 of 10 void`; undefined where it is of all. */
  voids: string | undefined;
  run: string;
}

/** A contender of a setting of its own has another name than its target. */
const rowOf = (run: Run, target: string, event: string): Row | undefined =>
  run.summaries
    .find((summary) => summary.event === event)
    ?.rows.find((row) => row.name === target && row.target === target);

/**
 * What a server's requests cost, on the run that the site's tables show: figures of two runs never stand side by side.
 *
 * @returns undefined where that run does not have it
 */
export function costOf(target: string, operationId: string): Cost | undefined {
  const run = chosenRun();
  const row = rowOf(run, target, operationId);
  if (!row) return undefined;
  const cell = run.overview.rows.find(({ name }) => name === target)?.cells[
    run.overview.events.indexOf(operationId)
  ];
  return {
    median: row.cost ?? null,
    differs: row.differs,
    text: cell?.text ?? '',
    voids: cell?.voids,
    run: run.id,
  };
}

/** The newest run that counts and has an operation of a target, for one that the tables' run does not have. */
export function otherRunOf(target: string, operationId: string): string | undefined {
  return listRuns()
    .filter(counts)
    .find((run) => rowOf(run, target, operationId))?.id;
}
