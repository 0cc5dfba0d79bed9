import { describe, expect, test } from 'vitest';
import { seeded } from '../../src/stats/random.js';
import { type Sample, trendOf } from '../../src/stats/trend.js';

const FINE = 1_000_000;

/** Noise of a normal distribution, of which each value keeps a part of the one before. */
function noise(seed: number, kept: number, deviation: number, length = 160): number[] {
  const random = seeded(seed);
  const share = () => (1 + random.below(FINE)) / (FINE + 1);
  const draw = () => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
  let last = draw();
  return Array.from({ length }, () => {
    last = kept * last + Math.sqrt(1 - kept ** 2) * draw();
    return last * deviation;
  });
}

/** 8 min of samples. */
const series = (values: number[], slope = 0): Sample[] =>
  values.map((value, index) => [
    (index * 8) / values.length,
    40 + value + (slope * index * 8) / values.length,
  ]);

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);

describe('of a hundred seeds', () => {
  test.each([0, 0.5, 0.8])(
    'flat noise that keeps %f of itself has a slope in 7 at the most',
    (kept) => {
      const found = seeds.filter((seed) => {
        const { p = 0 } = trendOf(series(noise(seed, kept, 3))) ?? {};
        return p < 0.05;
      });
      expect(found.length).toBeLessThanOrEqual(7);
    },
  );

  test('1 MB/min in noise of 3 MB is found in all but a few, and the interval holds it', () => {
    const trends = seeds.map((seed) => trendOf(series(noise(seed, 0.5, 3), 1)));
    expect(trends.filter((trend) => trend && trend.p < 0.05).length).toBeGreaterThanOrEqual(97);
    const holding = trends.filter((trend) => trend && trend.low < 1 && trend.high > 1);
    expect(holding.length).toBeGreaterThanOrEqual(90);
  });
});

test('a straight line has its own slope, and no doubt', () => {
  const trend = trendOf(series(Array(40).fill(0), -0.5));
  expect(trend?.slope).toBeCloseTo(-0.5);
  expect(trend?.middle).toBeCloseTo(38, 0);
  expect(trend?.p).toBeLessThan(1e-6);
});

test('what never changes does not, for sure', () => {
  expect(trendOf(series(Array(40).fill(0)))).toMatchObject({ slope: 0, low: 0, high: 0, p: 1 });
});

test('spikes do not move it', () => {
  const spiky = series(Array(80).fill(0)).map(
    ([at, value], index): Sample => [at, index % 9 ? value : 4000],
  );
  expect(trendOf(spiky)?.slope).toBe(0);
});

test('the order of the samples does not matter, and gaps do not either', () => {
  const line = series(noise(1, 0.5, 1), 2);
  expect(trendOf(line.toReversed())).toEqual(trendOf(line));
  const gap = trendOf(line.filter(([at]) => at < 3 || at > 4.5));
  expect(gap?.slope).toBeGreaterThan(1.5);
});

test('of a few samples there is none', () => {
  expect(trendOf([])).toBeUndefined();
  expect(trendOf([[0, 1]])).toBeUndefined();
  expect(
    trendOf([
      [0, 1],
      [9, 2],
    ]),
  ).toBeUndefined();
});
