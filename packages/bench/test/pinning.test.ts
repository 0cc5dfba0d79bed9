import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allowedCores, moveTree, onCores, shareOut } from '../src/pinning.js';

test.each([
  [[0, 1], ['1'], { server: '0', others: '1' }],
  [[0, 1, 2, 3], ['1', '2'], { server: '0,1', others: '2,3' }],
  [[0, 1, 2], ['auto'], { server: '0,1', others: '2' }],
  [[4, 6], ['1'], { server: '4', others: '6' }],
  [[0, 1], ['1', '2'], null],
  [[0], ['1'], null],
])('cores %j with %s workers are shared out', (cores, workers, expected) => {
  expect(shareOut(cores, workers)).toEqual(expected);
});

test('reads the cores as the kernel lists them', () => {
  expect(allowedCores('Name:\tx\nCpus_allowed_list:\t0-3,8\n')).toEqual([0, 1, 2, 3, 8]);
});

test('without cores a command is as it was', () => {
  expect(onCores(undefined, ['k6', 'run'])).toEqual(['k6', 'run']);
});

test.runIf(existsSync('/usr/bin/taskset'))(
  'a process keeps to its cores, and can be moved',
  async () => {
    const [core = 0, other = core] = allowedCores(readFileSync('/proc/self/status', 'utf8'));
    const [program = '', ...args] = onCores(String(core), ['sleep', '60']);
    const child = spawn(program, args);
    const coresOf = () => allowedCores(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    await expect.poll(coresOf).toEqual([core]);
    await moveTree(child.pid ?? 0, String(other));
    expect(coresOf()).toEqual([other]);
    child.kill();
    await once(child, 'close');
  },
);
