import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { parseRollup, readMemory, readResident } from '../../src/sample/memory.js';

const linux = process.platform === 'linux';
const MB = 2 ** 20;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) {
    // The whole group: a shell does not end its own children.
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }
});

/** Runs a program that prints something when it has taken its memory, and stays; its pid. */
async function run(program: string, ...args: string[]): Promise<number> {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return Number(child.pid);
}

test('memory that a process takes is seen', async () => {
  const script = (size: number) =>
    `globalThis.kept = Buffer.alloc(${size}, 1); console.log(); setInterval(() => {}, 1000);`;
  const [small, big] = [
    await run(process.execPath, '-e', script(1)),
    await run(process.execPath, '-e', script(200 * MB)),
  ];
  for (const read of [readResident, async (pid: number) => (await readMemory(pid)).rss]) {
    const more = (await read(big)) - (await read(small));
    expect(more / MB).toBeGreaterThan(150);
    expect(more / MB).toBeLessThan(250);
  }
  const [less, more] = [await readMemory(small), await readMemory(big)];
  expect(less.pss === null).toBe(!linux);
  if (less.pss !== null && more.pss !== null)
    expect((more.pss - less.pss) / MB).toBeGreaterThan(150);
});

test.runIf(linux)('memory that processes share counts once in PSS, in each in RSS', async () => {
  // Each subshell is a fork, and has what the shell has for as long as nobody writes to it.
  const sharing = `x=$(printf %60000000s); (sleep 60; :) & (sleep 60; :) & echo "$\{#x}"; wait`;
  const root = await run('sh', '-c', sharing);
  const { rss, pss } = await readMemory(root);
  expect(rss / MB).toBeGreaterThan(3 * 57);
  expect(Number(pss) / MB).toBeGreaterThan(57);
  expect(Number(pss)).toBeLessThan(rss * 0.6);
});

test('a process that is gone has no memory', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const pid = Number(child.pid);
  expect((await readMemory(pid)).rss).toBe(0);
  expect(await readResident(pid)).toBe(0);
});

test('smaps_rollup is read', () => {
  const text =
    '55ae4bb6d000-7ffee8c4a000 ---p 00000000 00:00 0    [rollup]\nRss:      1680 kB\nPss:       213 kB\nPss_Dirty:  112 kB\n';
  expect(parseRollup(text)).toEqual({ rss: 1680 * 1024, pss: 213 * 1024 });
});
