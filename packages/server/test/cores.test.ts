import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cgroupFolders, countCores, listCpus, parseList, readQuota } from '../src/cores.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heptathlon-cores-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Files as the kernel would show them. */
function machine(files: Record<string, string>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const eight = {
  'proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0\n',
  'sys/devices/system/cpu/online': '0-7\n',
};

test.each<[string, number, number, Record<string, string>]>([
  ['no limit', 8, Number.POSITIVE_INFINITY, { 'proc/self/cgroup': '0::/\n' }],
  ['no control groups', 8, Number.POSITIVE_INFINITY, {}],
  [
    'version 2, without a limit',
    ...[8, Number.POSITIVE_INFINITY],
    { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' },
  ],
  [
    'version 2, of the group itself',
    ...[2, 2.5],
    { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': '250000 100000\n' },
  ],
  [
    'version 2, of a group above it, with a weight, which is no limit',
    ...[3, 3],
    {
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/cpu.max': '150000 50000\n',
      'sys/fs/cgroup/a/cpu.weight': '39\n',
      'sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
    },
  ],
  [
    'version 2, of a container that finds its own group at the top',
    ...[1, 0.5],
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' },
  ],
  [
    'version 1, without a limit',
    ...[8, Number.POSITIVE_INFINITY],
    {
      'proc/self/cgroup': '4:cpu,cpuacct:/a\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
    },
  ],
  [
    'version 1',
    ...[1, 1.5],
    {
      'proc/self/cgroup': '4:cpu,cpuacct:/a\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '150000\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
    },
  ],
  [
    'more than there is',
    ...[8, 16],
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '1600000 100000\n' },
  ],
] as [string, number, number, Record<string, string>][])(
  'a limit on CPU time: %s',
  (_, cores, quota, files) => {
    machine({ ...eight, ...files });
    expect(readQuota(root)).toBe(quota);
    expect(countCores(root)).toBe(cores);
  },
);

test.each([
  ['bound to some', '0-1,6', '0-7', [0, 1, 6]],
  ['allowed those that could be added', '0-127', '0-3', [0, 1, 2, 3]],
  ['where some are offline', '0-7', '0,2-3', [0, 2, 3]],
])('the CPUs of a process: %s', (_, allowed, online, cpus) => {
  machine({
    'proc/self/status': `Cpus_allowed_list:\t${allowed}\n`,
    'sys/devices/system/cpu/online': `${online}\n`,
  });
  expect(listCpus(root)).toEqual(cpus);
  expect(countCores(root)).toBe(cpus.length);
});

test('a system that tells nothing of this is asked through the runtime', () => {
  expect(listCpus(root)).toEqual([]);
  expect(countCores(root)).toBe(availableParallelism());
});

test('reads a list as the kernel writes it', () => {
  expect(parseList('0-3,8')).toEqual([0, 1, 2, 3, 8]);
  expect(parseList('')).toEqual([]);
});

test('a limit may be set on the group of a process or on any above it, of either version', () => {
  expect(cgroupFolders('0::/user.slice/it.scope\n')).toEqual([
    '/user.slice/it.scope',
    '/user.slice',
    '',
    '/cpu',
  ]);
  expect(cgroupFolders('4:memory:/x\n3:cpuset:/y\n2:cpu,cpuacct:/a/b\n0::/\n')).toEqual([
    '',
    '/cpu/a/b',
    '/cpu/a',
    '/cpu',
  ]);
  expect(cgroupFolders('2:cpuacct,cpu:/a\n')).toEqual(['', '/cpu/a', '/cpu']);
});
