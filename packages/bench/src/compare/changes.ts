import { contenderOf, type Plan } from '../plan.js';
import type { Cell, Results } from '../result.js';
import { type Comparison, holm } from '../stats/compare.js';
import { median } from '../stats/median.js';
import { compareUnpaired } from '../stats/welch.js';
import { isDifference } from '../summary.js';
import { type Metric, metricNames, metrics } from './metrics.js';

/** How a metric of a contender under an event changed from one run to another. */
export interface Change {
  event: string;
  name: string;
  metric: Metric;
  /** Medians over the rounds. */
  from: number;
  to: number;
  comparison: Comparison;
  /** Whether chance does not explain it: neither interval holds 1, and p is small after Holm. */
  differs: boolean;
}

/** What could not be compared, and why. */
export interface LeftOut {
  event: string;
  name: string;
  metric: Metric;
  reason: string;
}

/** What is to be compared. */
export interface Selection {
  names: string[];
  events: string[];
  /** A contender of both runs that did not change: figures are taken relative to its, round by round. */
  relativeTo: string | undefined;
}

/**
 * Compares two runs. Rounds of different runs have nothing in common, so they are not paired.
 *
 * @param from the run that the other is compared with
 */
export function compareRuns(
  from: Results,
  to: Results,
  { names, events, relativeTo }: Selection,
): { changes: Change[]; leftOut: LeftOut[] } {
  const changes: Change[] = [];
  const leftOut: LeftOut[] = [];
  for (const metric of metricNames) {
    const compared: Change[] = [];
    for (const event of events) {
      for (const name of names) {
        const [before, after] = [from, to].map((results) =>
          valuesOf(results, { event, name, metric, relativeTo }),
        ) as [number[], number[]];
        if (before.length >= 2 && after.length >= 2) {
          compared.push({
            ...{ event, name, metric },
            from: median(before),
            to: median(after),
            comparison: compareUnpaired(after, before, to.plan.seed),
            differs: false,
          });
        } else if (metric === 'cost') {
          const which = before.length < 2 ? 'the first' : 'the second';
          const reason = `fewer than two valid rounds in ${which} run`;
          leftOut.push({ event, name, metric, reason });
        }
      }
    }
    const ps = holm(compared.map(({ comparison }) => comparison.p));
    for (const [index, change] of compared.entries()) {
      change.differs = isDifference(change.comparison, ps[index] ?? 1);
    }
    changes.push(...compared);
  }
  return { changes, leftOut };
}

/** The names that two runs have in common, with the same settings. */
export function commonNames(from: Plan, to: Plan): string[] {
  return from.contenders
    .filter(({ name }) => to.contenders.some((other) => other.name === name))
    .map(({ name }) => name)
    .filter((name) => {
      const [one, other] = [from, to].map((plan) => contenderOf(plan, name));
      return one?.workers === other?.workers && one?.poolSize === other?.poolSize;
    });
}

interface Asked {
  event: string;
  name: string;
  metric: Metric;
  relativeTo: string | undefined;
}

/** A metric, round by round. */
function valuesOf({ cells, plan }: Results, { event, name, metric, relativeTo }: Asked): number[] {
  const of = (cell: Cell | undefined) => cell && metrics[metric].of(cell, plan);
  return cells
    .filter((cell) => cell.event === event && cell.name === name)
    .flatMap((cell) => {
      const value = of(cell);
      if (relativeTo === undefined) return value ?? [];
      const anchor = of(
        cells.find(
          (other) =>
            other.event === event && other.name === relativeTo && other.round === cell.round,
        ),
      );
      return value !== undefined && anchor ? value / anchor : [];
    });
}
