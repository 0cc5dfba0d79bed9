import { describe, expect, test } from 'vitest';
import { type Distribution, quantileOfAll } from '../src/merge/distribution.js';
import { checkSegments } from '../src/merge/segments.js';
import { error, quantile, shares } from './quantiles.js';

describe('quantileOfAll', () => {
  /** Numbers that look random and are the same each time (mulberry32). */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** Latencies with a long tail. */
  function latencies(seed: number, count: number, median: number): number[] {
    const next = random(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Array.from({ length: count }, () => median * Math.exp(0.7 * normal()));
  }

  function distribution(values: number[]): Distribution {
    const sorted = values.toSorted((a, b) => a - b);
    const steps = Array.from({ length: 10_001 }, (_, step) => step / 10_000);
    const quantiles = steps.map((share) => ({ share, value: quantile(sorted, share) }));
    return { count: values.length, quantiles };
  }

  const generators = {
    'of one kind': [1, 2, 3, 4].map((seed) => latencies(seed, 20_000, 5)),
    'of which one is slow': [5, 6, 7, 8].map((seed) =>
      latencies(seed, 20_000, seed === 8 ? 50 : 5),
    ),
    'of different counts': [9, 10].map((seed) =>
      latencies(seed, seed === 9 ? 50_000 : 2_000, seed),
    ),
    'with few values': [11, 12].map((seed) => latencies(seed, 20_000, 3).map(Math.ceil)),
  };

  test.each(Object.entries(generators))(
    'for generators %s it lies within two per cent',
    (_, samples) => {
      const all = samples.flat().sort((a, b) => a - b);
      for (const share of shares) {
        const merged = quantileOfAll(samples.map(distribution), share);
        expect(error(merged, quantile(all, share))).toBeLessThan(0.02);
      }
    },
  );

  test('is what the mean of the percentiles is not', () => {
    const samples = generators['of which one is slow'];
    const all = samples.flat().sort((a, b) => a - b);
    const mean =
      samples.reduce(
        (sum, values) =>
          sum +
          quantile(
            values.toSorted((a, b) => a - b),
            0.99,
          ),
        0,
      ) / samples.length;
    expect(error(mean, quantile(all, 0.99))).toBeGreaterThan(0.3);
  });

  test('of one sample is its own', () => {
    const values = [3, 1, 2, 2, 10];
    const sample = distribution(values);
    expect(quantileOfAll([sample], 0)).toBe(1);
    expect(quantileOfAll([sample], 0.5)).toBe(2);
    expect(quantileOfAll([sample], 1)).toBe(10);
  });
});

describe('checkSegments', () => {
  test.each([
    [['0:1']],
    [['1/2:1', '0:1/2']],
    [['0:1/3', '1/3:2/3', '2/3:1']],
    [['0:1/4', '1/4:1/2', '1/2:3/4', '3/4:1']],
  ])('%j are a whole', (segments) => {
    expect(() => checkSegments(segments)).not.toThrow();
  });

  test.each([
    [['0:1/2'], 'The part 1/2:1 of the load is missing.'],
    [['1/4:1/2', '1/2:1'], 'The part 0:1/4 of the load is missing.'],
    [['0:1/4', '1/2:1'], 'The part 1/4:1/2 of the load is missing.'],
    [['0:1/2', '0:1/2', '1/2:1'], 'The part 0:1/2 of the load is there twice, wholly or partly.'],
    [['0:1', '0:1'], 'The part 0:1 of the load is there twice, wholly or partly.'],
    [['half'], '"half" is no execution segment.'],
  ])('%j are not', (segments, message) => {
    expect(() => checkSegments(segments)).toThrow(message);
  });
});
