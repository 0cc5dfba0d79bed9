import { expect, test } from 'vitest';
import { cgroupFolders, parseCpuStat, parseStat, shareStolen } from '../../src/sample/machine.js';

test('steal is read from the line of all cores', () => {
  const stat = 'cpu  100 1 50 800 20 0 9 20 5 0\ncpu0 50 0 25 400 10 0 4 10 0 0\n';
  expect(parseStat(stat)).toEqual({ total: 1000, stolen: 20 });
  expect(parseStat('')).toEqual({ total: 0, stolen: 0 });
});

test('what was stolen is a share of the time between', () => {
  expect(shareStolen({ total: 1000, stolen: 20 }, { total: 1200, stolen: 30 })).toBe(0.05);
  expect(shareStolen({ total: 0, stolen: 0 }, { total: 0, stolen: 0 })).toBe(0);
});

test('throttling is read as both versions of control groups tell it', () => {
  expect(parseCpuStat('usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n')).toBe(1.5);
  expect(parseCpuStat('nr_periods 0\nnr_throttled 1\nthrottled_time 2500000\n')).toBe(2.5);
  expect(parseCpuStat('usage_usec 5\n')).toBeUndefined();
});

test('the group is looked for where each version has it, and where a container sees its own', () => {
  expect(cgroupFolders('0::/user.slice\n')).toEqual(['/user.slice', '', 'cpu']);
  expect(cgroupFolders('4:memory:/x\n2:cpu,cpuacct:/a/b\n0::/\n')).toEqual([
    '/',
    'cpu/a/b',
    '',
    'cpu',
  ]);
});
