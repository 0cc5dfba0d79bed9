import { type Sample, type Trend, trendOf } from '../stats/trend.js';
import { type Metric, metrics } from './metrics.js';
import type { ServerResult, SoakPlan, SoakResults } from './result.js';

export type Verdict =
  /** The whole interval lies above the limit. */
  | 'rising'
  /** The whole interval lies below the limit. */
  | 'not rising'
  /** The limit lies in the interval. */
  | 'cannot tell'
  /** There is no figure, or there are too few. */
  | 'not measured';

/** How a metric of a server changed. */
export interface Finding {
  name: string;
  metric: Metric;
  /** In the metric's units an hour; undefined where it was not measured. */
  trend: Trend | undefined;
  verdict: Verdict;
}

/**
 * Says of each metric of each server whether it rises by more than its limit. Each is judged by its own 95 % interval:
 * to correct for their number would widen the intervals, and what is to be found is the one that leaks. Samples of the
 * warm-up and of the time of a fault do not count.
 */
export const judge = ({ servers, plan }: SoakResults): Finding[] =>
  servers.flatMap((server) =>
    metrics.map((metric) => {
      const trend = slopeOf(samplesOf(server, metric, plan), metric);
      return { name: server.name, metric, trend, verdict: verdictOf(trend, metric) };
    }),
  );

function verdictOf(trend: Trend | undefined, { limit }: Metric): Verdict {
  if (!trend) return 'not measured';
  if (trend.low > limit) return 'rising';
  return trend.high < limit ? 'not rising' : 'cannot tell';
}

/** What is counted in whole numbers may have changed by one, and not show it. */
function slopeOf(samples: Sample[], { grain }: Metric): Trend | undefined {
  const trend = trendOf(samples);
  if (!trend) return undefined;
  const reach = grain / trend.length;
  return { ...trend, low: trend.low - reach, high: trend.high + reach };
}

/** What was sampled after the warm-up, while there was no fault: hours, and units of the metric. */
function samplesOf(
  { at, samples, faults }: ServerResult,
  metric: Metric,
  { warmUp }: SoakPlan,
): Sample[] {
  return at.flatMap((second, index): Sample[] => {
    const value = samples[metric.name][index];
    const isDisturbed = faults.some((fault) => second > fault.from && second < fault.to);
    if (second < warmUp || isDisturbed || value === null || value === undefined) return [];
    return [[second / 3600, value / metric.per]];
  });
}
