import { list, phaseNames } from '../output/format.js';
import { contenderOf, type Plan } from '../plan.js';
import type { Cell, Results } from '../result.js';
import { type Comparison, holm } from '../stats/compare.js';
import { median } from '../stats/median.js';
import { compareUnpaired } from '../stats/welch.js';
import { isDifference } from '../summary.js';
import { type Metric, metricNames, metrics, readMetric } from './metrics.js';
import { findPhaseObstacle } from './obstacles.js';

/** How a metric of a contender under an event changed from one run to another. */
export interface Change {
  event: string;
  name: string;
  metric: Metric;
  /** At which it was had, in words. */
  load: string;
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
 * Compares two runs, as far as they can be: figures that were not had at the same load are left out, with the reason.
 * Rounds of different runs have nothing in common, so they are not paired.
 *
 * @param from the run that the other is compared with
 * @param force compares figures of different loads, too
 */
export function compareRuns(
  from: Results,
  to: Results,
  { names, events, relativeTo }: Selection,
  force = false,
): { changes: Change[]; leftOut: LeftOut[] } {
  const changes: Change[] = [];
  const leftOut: LeftOut[] = [];
  for (const metric of metricNames) {
    const compared: Change[] = [];
    const obstacle = findMetricObstacle(metric, from, to);
    for (const event of events) {
      for (const name of names) {
        const asked = { event, name, metric, relativeTo };
        const [before, after] = [valuesOf(from, asked), valuesOf(to, asked)];
        const [one, other] = [before, after].map(({ loads }) => list(loads));
        const which = before.values.length < 2 ? 'the first' : 'the second';
        const different = one === other ? obstacle : `${one} and ${other}`;
        if (before.values.length + after.values.length === 0 && metric !== 'cost') {
          // Neither run has it: nothing is missing.
        } else if (before.values.length < 2 || after.values.length < 2) {
          leftOut.push({
            ...{ event, name, metric },
            reason: `fewer than two valid rounds in ${which} run`,
          });
        } else if (different !== undefined && !force) {
          leftOut.push({ event, name, metric, reason: `measured differently: ${different}` });
        } else {
          compared.push({
            ...{ event, name, metric },
            load: [...new Set([one, other])].join(' → '),
            from: median(before.values),
            to: median(after.values),
            comparison: compareUnpaired(after.values, before.values, to.plan.seed),
            differs: false,
          });
        }
      }
    }
    const ps = holm(compared.map(({ comparison }) => comparison.p));
    for (const [index, change] of compared.entries()) {
      const p = ps[index];
      change.differs = p !== undefined && isDifference(change.comparison, p);
    }
    changes.push(...compared);
  }
  return { changes, leftOut };
}

/** What keeps a metric from being compared in any event; undefined where nothing does. */
function findMetricObstacle(metric: Metric, from: Results, to: Results): string | undefined {
  const { phase } = metrics[metric];
  const [one, other] = [phase(from.plan), phase(to.plan)];
  if (one !== other) return `${phaseNames[one]} and ${phaseNames[other]}`;
  return findPhaseObstacle(one, from, to);
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

/** A metric, round by round, and the loads at which it was had. */
function valuesOf(
  { cells, plan }: Results,
  { event, name, metric, relativeTo }: Asked,
): { values: number[]; loads: string[] } {
  const of = (cell: Cell | undefined) => cell && readMetric(metric, cell, plan);
  const own = cells.filter((cell) => cell.event === event);
  const found = own.flatMap((cell) => {
    const read = cell.name === name ? of(cell) : undefined;
    if (!read || relativeTo === undefined) return read ?? [];
    const anchor = of(own.find(({ name, round }) => name === relativeTo && round === cell.round));
    return anchor && anchor.value > 0 ? { ...read, value: read.value / anchor.value } : [];
  });
  return {
    values: found.map(({ value }) => value),
    loads: [...new Set(found.map(({ load }) => load))],
  };
}
