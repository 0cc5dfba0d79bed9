import exec from 'k6/execution';
import type { Options } from 'k6/options';

/** Where the server is: `BASE_URL`. */
export const baseUrl = (__ENV.BASE_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '');

/** The row that `db`, `queries` and `template` read. */
export interface World {
  id: number;
  randomNumber: number;
}

/** Whether a value is a row of `world`. */
export function isWorld(value: unknown): value is World {
  if (typeof value !== 'object' || value === null) return false;
  const { id, randomNumber } = value as World;
  return isInRange(id) && isInRange(randomNumber);
}

/** A body parsed, or undefined where it is not JSON: k6's own `json()` throws, and a check that throws counts for nothing. */
export function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

/** Whether a number is one that `world` holds. */
export function isInRange(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 10_000;
}

/**
 * The options of a script: `VUS` virtual users (32) that send one request after the other for
 * `DURATION` (10s), or, where `RATE` is given, as many requests a second however long they take.
 *
 * @param event the operationId; every metric of the script carries it as a tag
 */
export function load(event: string): Options {
  const vus = wholeNumber('VUS', 32);
  const duration = __ENV.DURATION || '10s';
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) {
    exec.test.abort(`DURATION must be a duration like 10s or 1m30s, not "${duration}"`);
  }
  const rate = __ENV.RATE ? wholeNumber('RATE', 1) : undefined;
  return {
    scenarios: {
      [event]: rate
        ? {
            executor: 'constant-arrival-rate',
            rate,
            timeUnit: '1s',
            duration,
            preAllocatedVUs: vus,
          }
        : { executor: 'constant-vus', vus, duration },
    },
    tags: { event },
    thresholds: {
      checks: ['rate==1'],
      http_req_failed: ['rate==0'],
      http_req_duration: ['p(99)<1000'],
      ...(rate && { dropped_iterations: ['count==0'] }),
    },
  };
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
