import { expect, test } from 'vitest';
import {
  parseCpuStat,
  parseStat,
  readStolen,
  readThrottled,
  sharesBetween,
} from '../../src/sample/machine.js';

const linux = process.platform === 'linux';

test('steal is read from the line of all cores and from that of each', () => {
  const stat = [
    'cpu  100 1 50 800 20 0 9 20 5 0',
    'cpu0 50 0 25 400 10 0 4 11 0 0',
    'cpu10 50 1 25 400 10 0 5 9 5 0',
    'intr 32368425 0 0',
    '',
  ].join('\n');
  expect(parseStat(stat)).toEqual({
    ...{ total: 1000, idle: 820, stolen: 20 },
    cores: {
      0: { total: 500, idle: 410, stolen: 11 },
      10: { total: 500, idle: 410, stolen: 9 },
    },
  });
});

test('what was stolen, and what was used, are shares of the time between, of all cores or of some', () => {
  const still = { total: 500, idle: 300, stolen: 10 };
  const from = { total: 1000, idle: 600, stolen: 20, cores: { 0: still, 1: still } };
  const worked = { total: 600, idle: 335, stolen: 15 };
  const to = { total: 1100, idle: 635, stolen: 25, cores: { 0: still, 1: worked } };
  expect(sharesBetween(from, to)).toEqual({ stolen: 0.05, busy: 0.6 });
  expect(sharesBetween(from, to, [0, 1])).toEqual({ stolen: 0.05, busy: 0.6 });
});

test('where no time has passed, or a core is not told of, there is no share, not one of 0', () => {
  const some = parseStat('cpu  100 1 50 800 20 0 9 20 5 0\ncpu0 50 0 25 400 10 0 4 11 0 0\n');
  expect(sharesBetween(some, some, [0])).toBeNull();
  expect(sharesBetween(some, some, [7])).toBeNull();
});

test.runIf(linux)('the time of all cores goes on by 100 ticks a second and core', async () => {
  const from = readStolen();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const to = readStolen();
  if (!from || !to) throw new Error('there is no /proc/stat');
  const cores = Object.keys(to.cores).length;
  expect(cores).toBeGreaterThan(0);
  expect((to.total - from.total) / cores).toBeGreaterThan(80);
  expect((to.total - from.total) / cores).toBeLessThan(200);
  expect(readThrottled()).toBeGreaterThanOrEqual(0);
});

test('throttling is read as both versions of control groups tell it', () => {
  expect(parseCpuStat('usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n')).toBe(1.5);
  expect(parseCpuStat('nr_periods 0\nnr_throttled 1\nthrottled_time 2500000\n')).toBe(2.5);
  expect(parseCpuStat('usage_usec 5\n')).toBeUndefined();
});
