import type { Figure } from '../result.js';
import type { Distribution } from './distribution.js';

/** What a k6 that was run with `MERGE=true` prints at its end. */
export interface K6Result {
  /** The k6 scenario, which has the event's name. */
  scenario: string;
  /** The part of the load that it was, as k6 writes it: `1/4:1/2`. */
  segment: string;
  seconds: number;
  requests: number;
  /** Requests that failed. */
  failed: number;
  /** Iterations that were not begun in time. */
  dropped: number;
  checks: { name: string; passes: number; fails: number }[];
  /** Latencies, in ms; NaN is the mean of none. */
  latency: { mean: number; distribution: Distribution };
  /** What a scenario tells beside, by name. */
  figures?: Record<string, Figure>;
}

/** How many requests failed or had a wrong answer, and which of the checks of an answer were not met. */
export function failuresIn({ failed, checks }: K6Result): { errors: number; seen: string[] } {
  const unmet = checks.filter(({ fails }) => fails > 0);
  return {
    // An answer can fail several checks: the one that most failed says of how many something was wrong.
    errors: Math.max(failed, ...unmet.map(({ fails }) => fails)),
    seen: [
      ...(failed > 0 ? [`${failed} without an answer, or with a status that is an error`] : []),
      ...unmet.map(({ name, fails }) => `${fails} not as "${name}"`),
    ],
  };
}

/** A file is not what can be merged; the message says which and why. */
export class MergeError extends Error {
  override name = 'MergeError';
}

const MARK = '{"heptathlon":"k6",';
const VERSION = 1;

/**
 * Reads the result out of what a k6 has printed: its log may be around it.
 *
 * @param name what the text is called in messages
 * @throws {MergeError} where it holds no result, or more than one
 */
export function readResult(text: string, name: string): K6Result {
  const lines = text.split('\n').filter((line) => line.includes(MARK));
  if (lines.length === 0) {
    throw new MergeError(
      `${name} holds no result to merge: run k6 with MERGE=true, and keep what it prints.`,
    );
  }
  if (lines.length > 1) throw new MergeError(`${name} holds ${lines.length} results, not one.`);
  const line = String(lines[0]);
  try {
    return fromJson(JSON.parse(line.slice(line.indexOf(MARK))));
  } catch (error) {
    if (error instanceof MergeError) throw new MergeError(`${name} ${error.message}`);
    throw new MergeError(`${name} holds a result that was cut off.`);
  }
}

/** As k6/lib/summary.ts writes it. */
interface Json extends Omit<K6Result, 'latency'> {
  version: number;
  latency: { min?: number; mean?: number; max?: number; percentiles: [number, number | null][] };
}

function fromJson({ version, latency, ...result }: Json): K6Result {
  if (version !== VERSION) {
    throw new MergeError(
      `is of version ${version}, and this command reads version ${VERSION}: use the scripts and the bench of one commit.`,
    );
  }
  const { min, mean = Number.NaN, max, percentiles } = latency;
  const all = [[0, min], ...percentiles, [100, max]] as [number, number | null | undefined][];
  // Where nothing was sent, k6 tells zeros, or nothing.
  const quantiles =
    result.requests === 0
      ? []
      : all.map(([percentile, value]) => {
          if (typeof value !== 'number') throw new MergeError('holds a result without latencies.');
          return { share: percentile / 100, value };
        });
  return {
    ...result,
    latency: { mean, distribution: { count: result.requests, quantiles } },
  };
}
