import exec from 'k6/execution';
import type { Options, Scenario } from 'k6/options';
import { trendStats } from './summary.ts';

/** Where the server is: `BASE_URL`. */
export const baseUrl = (__ENV.BASE_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '');

/**
 * What every request is sent with. k6 waits 60 s for an answer, but only 30 s for the requests that are
 * under way when the time is up: those that hang would be dropped, and counted as nothing at all.
 */
export const patience = { timeout: '10s' };

/** People wait less than 1 s, all but one in a hundred. */
export const inTime = ['p(99)<1000'];

/**
 * The options of a script: `VUS` virtual users (32) that send one request after the other for
 * `DURATION` (10s), or, where `RATE` is given, as many requests a second however long they take.
 *
 * @param event the operationId
 */
export function load(event: string): Options {
  const vus = wholeNumber('VUS', 32);
  const duration = `${seconds('10s')}s`;
  const rate = __ENV.RATE ? wholeNumber('RATE', 1) : undefined;
  return optionsOf(
    event,
    rate
      ? { executor: 'constant-arrival-rate', rate, duration, preAllocatedVUs: vus }
      : { executor: 'constant-vus', vus, duration },
    { http_req_duration: inTime, ...(rate && { dropped_iterations: ['count==0'] }) },
  );
}

/**
 * The options of a script that makes a load of its own.
 *
 * @param name every metric of the script carries it as the tag `event`
 * @param thresholds beside those that hold everywhere: every answer is right
 */
export function optionsOf(
  name: string,
  scenario: Scenario,
  thresholds: Record<string, string[]>,
): Options {
  return {
    scenarios: { [name]: scenario },
    tags: { event: name },
    ...(trendStats && { summaryTrendStats: trendStats }),
    thresholds: {
      checks: ['rate==1'],
      http_req_failed: ['rate==0'],
      // Without a single answer there is nothing that the others could find fault with.
      iterations: ['count>0'],
      ...thresholds,
    },
  };
}

/**
 * Reads `DURATION`, in s, or ends the test with one line that says what is wrong.
 *
 * @param otherwise as k6 writes it: `1m30s`
 */
export function seconds(otherwise: string): number {
  const text = __ENV.DURATION || otherwise;
  const unit: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  const value = /^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)
    ? [...text.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
        (sum, [, count, name = '']) => sum + Number(count) * (unit[name] ?? 0),
        0,
      )
    : 0;
  if (value === 0) {
    exec.test.abort(`DURATION must be a duration like 10s or 1m30s, not "${text}"`);
  }
  return value;
}

/**
 * Reads a whole number from the environment, or ends the test with one line that says what is wrong.
 *
 * @param range what the number has to lie in
 */
export function wholeNumber(
  name: string,
  otherwise: number,
  range: { from: number; to: number } = { from: 1, to: 1_000_000 },
): number {
  const text = __ENV[name] || String(otherwise);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range.from || value > range.to) {
    exec.test.abort(
      `${name} must be a whole number from ${range.from} to ${range.to}, not "${text}"`,
    );
  }
  return value;
}
