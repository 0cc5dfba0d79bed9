import { UsageError } from '../usage.js';
import type { Change } from './changes.js';
import { type Metric, metricNames } from './metrics.js';

/** A condition under which a change is not accepted. */
export interface Condition {
  text: string;
  metric: Metric;
  /** The ratio that is the limit, and which side of it is beyond. */
  limit: number;
  beyond: 'above' | 'below';
}

/**
 * Reads a condition such as `cost > 5%` or `capacity < -5%`.
 *
 * @throws {UsageError} in one line, where it is none
 */
export function readCondition(text: string): Condition {
  const [, metric, sign, percent] =
    /^\s*([a-z0-9]+)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*%\s*$/.exec(text) ?? [];
  const found = metricNames.find((name) => name === metric);
  if (!found || !sign) {
    throw new UsageError(
      `--fail-if must be like "cost > 5%" or "capacity < -5%", with one of ${metricNames.join(', ')}, not "${text}"`,
    );
  }
  return {
    text,
    metric: found,
    limit: 1 + Number(percent) / 100,
    beyond: sign === '>' ? 'above' : 'below',
  };
}

/**
 * The changes that a condition does not accept: those beyond its limit that are a difference at all. A
 * limit alone would let noise fail the gate, and an interval wholly beyond the limit would let pass what is
 * probably over it.
 */
export function findBreaches({ metric, limit, beyond }: Condition, changes: Change[]): Change[] {
  return changes.filter(
    (change) =>
      change.metric === metric &&
      change.differs &&
      (beyond === 'above' ? change.comparison.ratio > limit : change.comparison.ratio < limit),
  );
}
