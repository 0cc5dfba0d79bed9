import { describe, expect, test } from 'vitest';
import { type Sample, type Trend, trendOf } from '../../src/stats/trend.js';
import { noise } from './made-up.js';

/** 8 min of samples. */
const series = (values: number[], slope = 0): Sample[] =>
  values.map((value, index) => [
    (index * 8) / values.length,
    40 + value + (slope * index * 8) / values.length,
  ]);

/** Whether 0 lies outside of the interval. */
const isFound = (trend?: Trend) => trend !== undefined && (trend.low > 0 || trend.high < 0);

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);

describe('of a hundred seeds', () => {
  test.each([0, 0.5, 0.8])(
    'flat noise that keeps %f of itself has a slope in 7 at the most',
    (kept) => {
      const found = seeds.filter((seed) => isFound(trendOf(series(noise(seed, kept, 3)))));
      expect(found.length).toBeLessThanOrEqual(7);
    },
  );

  test('1 MB/min in noise of 3 MB is found in all but a few, and the interval holds it', () => {
    const trends = seeds.map((seed) => trendOf(series(noise(seed, 0.5, 3), 1)));
    expect(trends.filter(isFound).length).toBeGreaterThanOrEqual(97);
    const holding = trends.filter((trend) => trend && trend.low < 1 && trend.high > 1);
    expect(holding.length).toBeGreaterThanOrEqual(90);
  });
});

test('a straight line has its own slope, and no doubt', () => {
  const trend = trendOf(series(Array(40).fill(0), -0.5));
  expect(trend?.slope).toBeCloseTo(-0.5);
  expect(trend?.middle).toBeCloseTo(38, 0);
  expect(trend?.length).toBeCloseTo(7.8);
});

test('what never changes does not, for sure', () => {
  expect(trendOf(series(Array(40).fill(0)))).toMatchObject({ slope: 0, low: 0, high: 0 });
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
