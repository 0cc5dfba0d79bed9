import type { Row } from '@heptathlon/bench';
import { chosenRun, counts } from './chosen.js';
import { listRuns, type Run } from './runs.js';

export { type Verdict, verdict } from './verdict.js';

/** What a request costs, in the words and figures of the bench. */
export interface Cost {
  /** CPU time of the server, in µs a request: the median of the rounds; null where it is void. */
  median: number | null;
  /** Over the cheapest of the same run; null for the cheapest itself, and where it is void. */
  ratio: number | null;
  /** Whether it is told apart from the cheapest. */
  differs: boolean;
  /** Why it means nothing. */
  void: boolean;
  /** As it stands in the README's table: `16.8 ×1.858`, `void`. */
  text: string;
  run: string;
  /** Whether the run is the one that the site's table shows: figures of two runs are not to be compared. */
  isChosen: boolean;
}

/** A contender of a setting of its own has another name than its target. */
const rowOf = (run: Run, target: string, event: string): Row | undefined =>
  run.summaries
    .find((summary) => summary.event === event)
    ?.rows.find((row) => row.name === target && row.target === target);

/**
 * What a server's requests cost: on the run that the site's table shows, so that servers can be compared; one
 * that it does not have, on the newest run that has it.
 *
 * @returns undefined where no run has it
 */
export function costOf(target: string, operationId: string): Cost | undefined {
  const chosen = chosenRun();
  for (const run of [chosen, ...listRuns().filter(counts)]) {
    const row = rowOf(run, target, operationId);
    if (!row) continue;
    const cell = run.overview.rows.find(({ name }) => name === target)?.cells[
      run.overview.events.indexOf(operationId)
    ];
    return {
      median: row.cost ?? null,
      ratio: row.comparison?.ratio ?? null,
      differs: row.differs,
      void: row.cost === undefined,
      text: cell?.text ?? '',
      run: run.id,
      isChosen: run === chosen,
    };
  }
  return undefined;
}
