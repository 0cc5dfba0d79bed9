import { holm } from '../stats/compare.js';
import { type Sample, type Trend, trendOf } from '../stats/trend.js';
import { type Metric, metrics, smallestSlope } from './metrics.js';
import type { ServerResult, SoakPlan, SoakResults } from './result.js';

export type Verdict =
  /** No slope that can be told from zero: chance explains it. */
  | 'steady'
  /** A slope that chance does not explain, up or down, but one that is too small to matter. */
  | 'drifts'
  | 'grows'
  | 'shrinks'
  /** There is no figure, or there are too few. */
  | 'not measured';

/** How a metric of a server changed. */
export interface Finding {
  name: string;
  metric: Metric;
  /** In the metric's units a minute; undefined where it was not measured. */
  trend: Trend | undefined;
  verdict: Verdict;
}

/** Of the chance that any slope is found where there is none. */
const SIGNIFICANT = 0.05;

/**
 * Says of each metric of each server whether it grows: where chance, after Holm's correction over all of them, does
 * not explain the slope, and the slope is one that matters. Samples of the warm-up and of the time of a fault do not
 * count; what `mayReturn` reached in the warm-up, it may reach again.
 */
export function judge({ servers, plan }: SoakResults): Finding[] {
  const found = servers.flatMap((server) =>
    metrics.map((metric) => {
      const trend = trendOf(samplesOf(server, metric, plan));
      return { name: server.name, metric, trend, highest: highestOf(server, metric, plan) };
    }),
  );
  const adjusted = holm(found.flatMap(({ trend }) => trend?.p ?? []));
  let index = 0;
  const minutes = minutesOf(plan);
  return found.map(({ highest, ...one }) => {
    const { trend, metric } = one;
    if (!trend) return { ...one, verdict: 'not measured' };
    const p = adjusted[index++] ?? 1;
    const isBack = metric.mayReturn && trend.slope > 0 && trend.last <= highest;
    if (p >= SIGNIFICANT || isBack) return { ...one, verdict: 'steady' };
    const matters = Math.abs(trend.slope) >= smallestSlope(metric, minutes);
    return { ...one, verdict: !matters ? 'drifts' : trend.slope > 0 ? 'grows' : 'shrinks' };
  });
}

/** How long what counts was watched. */
export const minutesOf = ({ duration, warmUp }: SoakPlan) => (duration - warmUp) / 60;

/** What was sampled after the warm-up, while there was no fault: minutes, and units of the metric. */
function samplesOf(
  { at, samples, faults }: ServerResult,
  metric: Metric,
  { warmUp }: SoakPlan,
): Sample[] {
  return at.flatMap((second, index): Sample[] => {
    const value = samples[metric.name][index];
    const isDisturbed = faults.some((fault) => second > fault.from && second < fault.to);
    if (second < warmUp || isDisturbed || value === null || value === undefined) return [];
    return [[second / 60, value / metric.per]];
  });
}

/** The highest that was sampled in the warm-up, in units of the metric; -Infinity where nothing was. */
function highestOf({ at, samples }: ServerResult, metric: Metric, { warmUp }: SoakPlan): number {
  const values = samples[metric.name].filter((_, index) => (at[index] ?? 0) < warmUp);
  return Math.max(...values.map((value) => (value ?? Number.NEGATIVE_INFINITY) / metric.per));
}
