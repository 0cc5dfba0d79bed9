import { namesOf } from '../../plan.js';
import type { Results } from '../../result.js';
import { median } from '../../stats/median.js';
import { micros, NONE } from '../format.js';

/** How a contender came to its speed under an event, over all rounds. */
export interface WarmUpRow {
  name: string;
  rounds: number;
  steady: number;
  /** Medians of the first and the last slice's cost, in µs, and of the time to the last, in s. */
  first: string;
  last: string;
  seconds: string;
}

/** A row for each contender that was warmed up. */
export function warmUpsOf(results: Results, event: string): WarmUpRow[] {
  return namesOf(results.plan).flatMap((name) => {
    const found = results.cells.flatMap((cell) =>
      cell.name === name && cell.event === event && cell.warmUp ? [cell.warmUp] : [],
    );
    if (found.length === 0) return [];
    const of = (value: (trace: (typeof found)[number]['trace']) => number | null | undefined) => {
      const values = found.flatMap(({ trace }) => value(trace) ?? []);
      return values.length > 0 ? micros(median(values)) : NONE;
    };
    return [
      {
        name,
        rounds: found.length,
        steady: found.filter(({ steady }) => steady).length,
        first: of((trace) => trace[0]?.cost),
        last: of((trace) => trace.at(-1)?.cost),
        seconds: of((trace) => trace.at(-1)?.seconds),
      },
    ];
  });
}
