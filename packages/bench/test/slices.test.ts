import { expect, test } from 'vitest';
import { type Measured, NotCounted } from '../src/generator.js';
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
      ...{
        serverBusy: cpu.user / 1e5,
        generatorBusy: 0.5,
        runnerBusy: 0,
        stolen: 0,
        throttled: 0,
        othersBusy: 0,
      },
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

test('a slice of which it is not known what was done has no figures, but its errors count', () => {
  const unknown = new NotCounted('nobody looked', { answered: 900, errors: 2, seen: ['2 lost'] });
  const { load, usage, slices } = joinSlices([slice(4000, 25), unknown, slice(8000, 12)]);
  expect(load).toMatchObject({ requests: 8000, errors: 2, seen: ['2 lost'] });
  expect(usage.requests).toBe(8000);
  expect(slices?.[1]).toEqual({
    ...{ requests: null, seconds: null, cost: null, counts: false },
    leftOut: 'what was done in that time is not known: nobody looked',
  });
  expect(() => joinSlices([unknown, unknown])).toThrow(unknown);
});

test('what is not known of a slice that counts is not known of the phase', () => {
  const [one, other] = [slice(8000, 12), slice(8000, 12)];
  other.usage = { ...other.usage, postgres: null, stolen: null };
  const { usage } = joinSlices([one, other, slice(1, 1), slice(1, 1)]);
  expect(usage).toMatchObject({ postgres: null, stolen: null });
  expect(usage.generator.user).toBe(2 * 8000 * 12);
  const [silent] = joinSlices([slice(0, 0), one]).slices ?? [];
  expect(silent?.cost).toBeNull();
});

test('one slice is the phase itself', () => {
  const only = slice(4000, 25);
  expect(joinSlices([only])).toBe(only);
  expect(() => joinSlices([])).toThrow(RangeError);
});
