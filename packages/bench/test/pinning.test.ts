import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listCpus, parseList } from '@heptathlon/server/cores';
import { expect, test } from 'vitest';
import { moveTree, onCores, readTopology, shareOut, type Topology } from '../src/pinning.js';

/** A machine of some cores, each with its threads; some CPUs of it may not be used, or are offline. */
function machine(cores: number[][], without: number[] = []): Topology {
  const cpus = cores.flat().toSorted((one, other) => one - other);
  return {
    cpus: cpus.filter((cpu) => !without.includes(cpu)),
    siblings: Object.fromEntries(cores.flatMap((core) => core.map((cpu) => [cpu, core]))),
  };
}

const without = (count: number) => machine(Array.from({ length: count }, (_, cpu) => [cpu]));
const far = [0, 1, 2, 3].map((cpu) => [cpu, cpu + 4]);
const near = [0, 2, 4, 6].map((cpu) => [cpu, cpu + 1]);

test.each<[string, Topology, string[], ReturnType<typeof shareOut>]>([
  ['two cores', without(2), ['1'], { server: '0', others: '1' }],
  ['four cores', without(4), ['1', '2'], { server: '0,1', others: '2,3' }],
  ['three cores', without(3), ['auto'], { server: '0,1', others: '2' }],
  [
    'cores whose threads are far apart',
    machine(far),
    ['4'],
    { server: '0,1,4,5', others: '2,3,6,7' },
  ],
  [
    'cores whose threads are neighbours',
    machine(near),
    ['1'],
    { server: '0,1,2,3', others: '4,5,6,7' },
  ],
  [
    'two cores of two threads',
    machine([
      [0, 2],
      [1, 3],
    ]),
    ['2'],
    { server: '0,2', others: '1,3' },
  ],
  ['one core of two threads', machine([[0, 1]]), ['1'], { server: '0', others: '1', shared: true }],
  [
    'an affinity that has one thread of each core',
    machine(far, [4, 5, 6, 7]),
    ['1'],
    { server: '0,1', others: '2,3' },
  ],
  [
    'an affinity that has two cores',
    machine(far, [0, 2, 4, 6]),
    ['1'],
    { server: '1,5', others: '3,7' },
  ],
  [
    'an affinity that has one core',
    machine(far, [0, 1, 2, 4, 5, 6]),
    ['1'],
    { server: '3', others: '7', shared: true },
  ],
  [
    'first threads that are offline',
    machine(far, [0, 1]),
    ['1'],
    { server: '2,3,6,7', others: '4,5' },
  ],
  ['workers that are too many', without(2), ['1', '2'], null],
  ['one CPU', without(1), ['1'], null],
  ['a system that tells nothing', { cpus: [], siblings: {} }, ['1'], null],
  [
    'a kernel that tells no siblings',
    { cpus: [4, 6], siblings: {} },
    ['1'],
    { server: '4', others: '6' },
  ],
])('%s are shared out', (_, topology, workers, expected) => {
  expect(shareOut(topology, workers)).toEqual(expected);
  if (!expected || expected.shared) return;
  const [server, others] = [expected.server, expected.others].map((list) => parseList(list));
  const siblings = server?.flatMap((cpu) => topology.siblings[cpu] ?? [cpu]);
  expect(siblings?.filter((cpu) => others?.includes(cpu))).toEqual([]);
});

test('reads the siblings where the kernel tells them, by either name, of the CPUs that may be used', () => {
  const root = mkdtempSync(join(tmpdir(), 'heptathlon-topology-'));
  const write = (path: string, content: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  try {
    const cpu = 'sys/devices/system/cpu';
    write('proc/self/status', 'Name:\tx\nCpus_allowed_list:\t0-2,4-7\n');
    write(`${cpu}/online`, '0-5\n');
    for (const number of [0, 4]) write(`${cpu}/cpu${number}/topology/core_cpus_list`, '0,4\n');
    for (const number of [1, 5])
      write(`${cpu}/cpu${number}/topology/thread_siblings_list`, '1,5\n');
    expect(readTopology(root)).toEqual({
      cpus: [0, 1, 2, 4, 5],
      siblings: { 0: [0, 4], 1: [1, 5], 2: [2], 4: [0, 4], 5: [1, 5] },
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.runIf(existsSync('/sys/devices/system/cpu/online'))('this machine has a topology', () => {
  const { cpus, siblings } = readTopology();
  expect(cpus).toEqual(listCpus());
  for (const cpu of cpus) expect(siblings[cpu]).toContain(cpu);
});

test('without cores a command is as it was', () => {
  expect(onCores(undefined, ['k6', 'run'])).toEqual(['k6', 'run']);
});

test.runIf(existsSync('/usr/bin/taskset'))(
  'a process keeps to its cores, and can be moved',
  async () => {
    const [core = 0, other = core] = listCpus();
    const [program = '', ...args] = onCores(String(core), ['sleep', '60']);
    const child = spawn(program, args);
    const coresOf = () =>
      parseList(
        /^Cpus_allowed_list:\s*(\S+)$/m.exec(
          readFileSync(`/proc/${child.pid}/status`, 'utf8'),
        )?.[1] ?? '',
      );
    await expect.poll(coresOf).toEqual([core]);
    await moveTree(child.pid ?? 0, String(other));
    expect(coresOf()).toEqual([other]);
    child.kill();
    await once(child, 'close');
  },
);
