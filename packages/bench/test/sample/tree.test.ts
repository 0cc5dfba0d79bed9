import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { readPsTree } from '../../src/sample/ps.js';
import { groupByParent, readTree, readUsage } from '../../src/sample/tree.js';

const linux = process.platform === 'linux';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/**
 * Runs a script that says what it has used, in µs, with `say(more)`, and stays.
 *
 * @returns its pid, and what it said
 */
async function runScript(script: string): Promise<{ pid: number; said: number }> {
  const child = spawn(process.execPath, ['-e', `${helpers}${script}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [printed] = await once(child.stdout, 'data');
  return { pid: Number(child.pid), said: Number(printed) };
}

const helpers = `
  const { spawn, spawnSync } = require('node:child_process');
  const { Worker } = require('node:worker_threads');
  const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
  const burn = (µs) => { const end = used() + µs; while (used() < end) for (let i = 0; i < 1e5; i++); };
  const source = (after) => 'const used = ' + used + ';(' + burn + ')(300000);' + after;
  const say = (more = 0) => process.stdout.write(String(used() + more));
  setInterval(() => {}, 1000);`;

/** The process says what it has used before it is read, and it is not idle in between. */
function expectAbout(cpu: number, said: number): void {
  expect(cpu).toBeGreaterThan(said - 25_000);
  expect(cpu).toBeLessThan(said * 1.2 + 50_000);
}

test('the CPU time of a process is what it says itself, shared out to user and system', async () => {
  const { pid, said } = await runScript('burn(300_000); say();');
  const { cpu, user, system } = await readUsage(pid);
  expectAbout(cpu, said);
  expect(user + system).toBeCloseTo(cpu, 3);
  expect(user).toBeGreaterThan(0);
});

test.runIf(linux)('CPU time is told between the ticks', async () => {
  const { pid } = await runScript('setInterval(() => burn(1000), 20); say();');
  const seen = new Set<number>();
  for (let reading = 0; reading < 20; reading++) {
    seen.add((await readUsage(pid)).cpu % 10_000);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(seen.size).toBeGreaterThan(5);
});

test('a thread that ends takes nothing away', async () => {
  const { pid } = await runScript(`new Worker(source(''), { eval: true }); say();`);
  let last = await readUsage(pid);
  for (const end = Date.now() + 2000; Date.now() < end; ) {
    const usage = await readUsage(pid);
    for (const part of ['cpu', 'user', 'system'] as const) {
      expect(usage[part]).toBeGreaterThanOrEqual(last[part]);
    }
    expect(usage.now).toBeGreaterThan(last.now);
    last = usage;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(last.cpu).toBeGreaterThan(300_000);
});

test('a thread that has ended before the first reading counts', async () => {
  const { pid, said } = await runScript(
    `new Worker(source(''), { eval: true }).on('exit', () => say());`,
  );
  expectAbout((await readUsage(pid)).cpu, said);
});

test.runIf(linux)('a child that has ended counts, read before or not', async () => {
  const script = `
    const child = spawn(process.execPath, ['-e', source('process.stdout.write(String(used()))')]);
    let of = 0;
    child.stdout.on('data', (printed) => { of = Number(printed); });
    child.on('exit', () => say(of));`;
  const unread = await runScript(script);
  expectAbout((await readUsage(unread.pid)).cpu, unread.said);

  const followed = spawn(process.execPath, ['-e', `${helpers}${script}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(followed);
  const pid = Number(followed.pid);
  const said = once(followed.stdout, 'data');
  let last = 0;
  const readings = setInterval(async () => {
    const { cpu } = await readUsage(pid);
    expect(cpu).toBeGreaterThanOrEqual(last);
    last = cpu;
  }, 20);
  const [printed] = await said;
  clearInterval(readings);
  expectAbout((await readUsage(pid)).cpu, Number(printed));
});

test('a process that is gone has used nothing, and is no tree', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const pid = Number(child.pid);
  expect(await readUsage(pid)).toMatchObject({ cpu: 0, user: 0, system: 0 });
  expect(await readTree(pid)).toEqual([]);
});

test('a tree is its root and all below it, whichever way it is read', async () => {
  const below = `require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' })`;
  const { pid, said: child } = await runScript(`
    const child = spawn(process.execPath, ['-e', "const { pid } = ${below}; console.log(pid); setInterval(() => {}, 1000)"]);
    child.stdout.on('data', () => process.stdout.write(String(child.pid)));`);
  const tree = await readTree(pid);
  const [, , leaf = 0] = tree;
  try {
    expect(tree).toEqual([pid, child, leaf]);
    expect((await readPsTree(pid)).map((process) => process.pid)).toEqual(tree);
    if (linux)
      expect([pid, child, leaf].map((each) => groupByParent()(each, []))).toEqual([
        [child],
        [leaf],
        [],
      ]);
  } finally {
    for (const each of [leaf, child]) if (each > 0) process.kill(each, 'SIGKILL');
  }
});
