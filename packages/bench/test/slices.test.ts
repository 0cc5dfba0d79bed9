import { expect, test } from 'vitest';
import type { Measured } from '../src/generator.js';
import { joinSlices } from '../src/slices.js';

/** A slice of 0.1 s: so many requests, at so many µs each. */
function slice(requests: number, cost: number, { errors = 0, rss = 1 } = {}): Measured {
  const cpu = { user: requests * cost, system: 0 };
  return {
    answered: requests + 10,
    load: { requests, seconds: 0.1, errors, rate: null, dropped: 0 },
    usage: {
      ...{
        requests,
        seconds: 0.1,
        server: { ...cpu, rss, pss: 1 },
        postgres: cpu,
        generator: cpu,
      },
      ...{ serverBusy: cpu.user / 1e5, generatorBusy: 0.5, runnerBusy: 0, stolen: 0, throttled: 0 },
    },
  };
}

test('the faster half counts; errors and memory are those of all', () => {
  const { load, usage, slices } = joinSlices([
    slice(4000, 25, { errors: 1, rss: 9 }),
    slice(8000, 12),
    slice(9000, 11),
    slice(3000, 30),
    slice(7000, 13),
  ]);
  expect(load).toMatchObject({ requests: 24_000, errors: 1 });
  expect(load.seconds).toBeCloseTo(0.3);
  expect(usage.requests).toBe(24_000);
  expect(usage.server?.rss).toBe(9);
  expect(usage.server?.user).toBe(8000 * 12 + 9000 * 11 + 7000 * 13);
  expect(usage.serverBusy).toBeCloseTo((0.96 + 0.99 + 0.91) / 3);
  expect(slices?.map(({ counts }) => counts)).toEqual([false, true, true, false, true]);
  expect(slices?.[0]).toEqual({ requests: 4000, seconds: 0.1, cost: 25, counts: false });
});

test('one slice is the phase itself', () => {
  const only = slice(4000, 25);
  expect(joinSlices([only])).toBe(only);
  expect(() => joinSlices([])).toThrow(RangeError);
});
