import { namesOf } from '../plan.js';
import type { Results } from '../result.js';
import { median } from '../stats/median.js';

/** How a contender started, over all rounds. */
export interface StartSummary {
  name: string;
  /** From its start to its first answer, in ms, round by round. */
  times: { round: number; value: number }[];
  /** Their median; undefined where it was running before. */
  readyAfter: number | undefined;
  /** Median of the resident memory before the first load, in bytes; undefined where it is elsewhere. */
  memory: number | undefined;
  /** Rows that PostgreSQL read and that the answers held, in all rounds; undefined where it is not known. */
  rows: { read: number; answered: number } | undefined;
}

/** How the contenders started, in the plan's order. */
export function startsOf({ plan, starts }: Results): StartSummary[] {
  return namesOf(plan).map((name) => {
    const own = starts.filter((start) => start.name === name);
    const times = own.flatMap(({ round, readyAfter }) =>
      readyAfter === null ? [] : [{ round, value: readyAfter }],
    );
    const memory = own.flatMap((start) => start.memory ?? []);
    const rows = own.flatMap((start) => start.rows ?? []);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return {
      name,
      times,
      readyAfter: times.length > 0 ? median(times.map(({ value }) => value)) : undefined,
      memory: memory.length > 0 ? median(memory) : undefined,
      rows:
        rows.length > 0
          ? {
              read: sum(rows.map(({ read }) => read)),
              answered: sum(rows.map(({ answered }) => answered)),
            }
          : undefined,
    };
  });
}
