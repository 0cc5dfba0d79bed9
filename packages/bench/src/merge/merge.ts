import { quantileOfAll } from './distribution.js';
import { failuresIn, type K6Result, MergeError } from './result.js';
import { checkSegments } from './segments.js';

/** The results of several generators that carried one load together. */
export interface Merged {
  scenario: string;
  generators: number;
  /** The longest that one of them took. */
  seconds: number;
  requests: number;
  /** Requests/s: their rates, added up. */
  throughput: number;
  /** Requests that failed or whose answer was wrong. */
  errors: number;
  /** Iterations that were not begun in time. */
  dropped: number;
  /** In ms. */
  latency: Record<'min' | 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max', number>;
}

/**
 * Merges the results of generators that each carried a segment of one load at the same time.
 *
 * @throws {MergeError} where they are not parts of one load, or none had an answer
 */
export function merge(results: K6Result[]): Merged {
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  if (scenarios.length > 1) {
    throw new MergeError(`These are results of different scripts: ${scenarios.join(', ')}.`);
  }
  checkSegments(results.map(({ segment }) => segment));
  const answered = results.filter(({ requests }) => requests > 0);
  if (answered.length === 0) throw new MergeError('No generator sent a single request.');
  const sum = (value: (result: K6Result) => number) =>
    answered.reduce((total, result) => total + value(result), 0);
  const requests = sum((result) => result.requests);
  const samples = answered.map(({ latency }) => latency.distribution);
  const quantile = (share: number) => quantileOfAll(samples, share);
  return {
    scenario: scenarios.join(),
    generators: results.length,
    seconds: Math.max(...results.map(({ seconds }) => seconds)),
    requests,
    throughput: sum((result) => result.requests / result.seconds),
    errors: sum((result) => failuresIn(result).errors),
    dropped: results.reduce((total, { dropped }) => total + dropped, 0),
    latency: {
      min: quantile(0),
      mean: sum((result) => result.latency.mean * result.requests) / requests,
      p50: quantile(0.5),
      p90: quantile(0.9),
      p95: quantile(0.95),
      p99: quantile(0.99),
      p999: quantile(0.999),
      max: quantile(1),
    },
  };
}
