import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readPsTree } from '../../src/sample/ps.js';
import { groupByParent, readTree, readUsage, type TreeUsage } from '../../src/sample/tree.js';

const linux = process.platform === 'linux';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** What scripts have at hand: `burn` takes CPU time, in µs; `source` makes a program that burns 300 ms. */
const helpers = `
  const { spawn } = require('node:child_process');
  const { Worker } = require('node:worker_threads');
  const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
  const burn = (time) => { for (const end = used() + time; used() < end; ) for (let i = 0; i < 1e5; i++); };
  const source = (after) => 'const used = ' + used + '; (' + burn + ')(300_000);' + after;
  const say = (number) => process.stdout.write(String(number));
  setInterval(() => {}, 1000);`;

/**
 * Runs a script that says a number, and stays.
 *
 * @returns its pid, and the number
 */
function run(script: string): { pid: number; said: Promise<number> } {
  const child = spawn(process.execPath, ['-e', helpers + script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = once(child.stdout, 'data').then(([printed]) => Number(printed));
  return { pid: Number(child.pid), said };
}

/** Reads a tree again and again until something has come to pass; its last reading. */
async function follow(pid: number, until: Promise<unknown>): Promise<TreeUsage> {
  let done = false;
  void until.then(() => {
    done = true;
  });
  let last = await readUsage(pid);
  for (let readings = 0; !done || readings < 5; readings++) {
    const usage = await readUsage(pid);
    for (const part of ['cpu', 'user', 'system'] as const) {
      expect(usage[part]).toBeGreaterThanOrEqual(last[part]);
    }
    expect(usage.now).toBeGreaterThan(last.now);
    last = usage;
    await sleep(20);
  }
  return last;
}

/** What a process says of itself is older than the reading, and it is not quite idle in between. */
function expectAbout(cpu: number, said: number): void {
  expect(said).toBeGreaterThan(300_000);
  // 20 ms for what has ended, and a tick for what ran last.
  expect(cpu).toBeGreaterThan(said - 30_000);
  expect(cpu).toBeLessThan(said * 1.2 + 50_000);
}

test('the CPU time of a process is what it says itself, shared out to user and system', async () => {
  const { pid, said } = run('burn(300_000); say(used());');
  const number = await said;
  const { cpu, user, system } = await readUsage(pid);
  expectAbout(cpu, number);
  expect(user + system).toBe(cpu);
  expect(user).toBeGreaterThan(0);
});

test.runIf(linux)('CPU time is told between the ticks', async () => {
  const { pid, said } = run('setInterval(() => burn(1000), 20); say(0);');
  await said;
  const betweenTicks = new Set<number>();
  for (let reading = 0; reading < 20; reading++) {
    betweenTicks.add((await readUsage(pid)).cpu % 10_000);
    await sleep(25);
  }
  expect(betweenTicks.size).toBeGreaterThan(5);
});

const threadEnds = `new Worker(source(''), { eval: true }).on('exit', () => say(used()));`;

test('a thread that ends takes nothing away', async () => {
  const { pid, said } = run(threadEnds);
  const { cpu } = await follow(pid, said);
  expectAbout(cpu, await said);
});

test('a thread that ended before the first reading counts', async () => {
  const { pid, said } = run(threadEnds);
  const number = await said;
  expectAbout((await readUsage(pid)).cpu, number);
});

/** Says what the two have used. */
const childEnds = `
  const child = spawn(process.execPath, ['-e', source('process.stdout.write(String(used()))')]);
  let printed = 0;
  child.stdout.on('data', (data) => { printed = Number(data); });
  child.on('exit', () => say(used() + printed));`;

test.runIf(linux)('a child that ends takes nothing away', async () => {
  const { pid, said } = run(childEnds);
  const { cpu } = await follow(pid, said);
  expectAbout(cpu, await said);
});

test.runIf(linux)('a child that ended before the first reading counts', async () => {
  const { pid, said } = run(childEnds);
  const number = await said;
  expectAbout((await readUsage(pid)).cpu, number);
});

test.runIf(linux)('a process that loses its parent still counts', async () => {
  const { pid, said } = run(`
    const orphan = '(' + burn + ')(300_000); console.log(process.pid); setTimeout(() => {}, 60_000);';
    const script = "require('node:child_process').spawn(process.execPath, ['-e', process.argv[1]], { stdio: 'inherit' });";
    const child = spawn(process.execPath, ['-e', script, 'const used = ' + used + ';' + orphan]);
    child.stdout.on('data', (data) => { child.kill('SIGKILL'); child.on('exit', () => say(Number(data))); });`);
  const { cpu } = await follow(pid, said);
  expect(cpu).toBeGreaterThan(300_000);
  const orphan = await said;
  expect(await readTree(pid)).not.toContain(orphan);
  process.kill(orphan, 'SIGKILL');
  expect((await readUsage(pid)).cpu).toBeGreaterThanOrEqual(cpu);
});

test('a process that is gone has used nothing, and is no tree', async () => {
  const { pid, said } = run('say(0);');
  await said;
  expect((await readUsage(pid)).cpu).toBeGreaterThan(0);
  const [child] = children;
  child?.kill('SIGKILL');
  if (child) await once(child, 'exit');
  expect(await readUsage(pid)).toMatchObject({ cpu: 0, user: 0, system: 0 });
  expect(await readTree(pid)).toEqual([]);
});

test('a tree is its root and all below it, whichever way it is read', async () => {
  const { pid, said } = run(`
    const script = "const { pid } = require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' });"
      + 'console.log(pid); setInterval(() => {}, 1000);';
    const child = spawn(process.execPath, ['-e', script]);
    child.stdout.on('data', () => say(child.pid));`);
  const child = await said;
  const tree = await readTree(pid);
  const [, , leaf = 0] = tree;
  try {
    expect(tree).toEqual([pid, child, leaf]);
    expect((await readPsTree(pid)).map((process) => process.pid)).toEqual(tree);
    if (linux) {
      const childrenOf = groupByParent();
      expect(tree.map((each) => childrenOf(each, []))).toEqual([[child], [leaf], []]);
    }
  } finally {
    for (const each of [leaf, child]) if (each > 0) process.kill(each, 'SIGKILL');
  }
});

test.runIf(linux)(
  'what waited for long is read anew when it has run, and its children are found',
  async () => {
    const child = spawn('sh', ['-c', 'while read line; do sleep 60 & done'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    children.push(child);
    const pid = Number(child.pid);
    await sleep(100);
    for (let reading = 0; reading < 3; reading++) await readUsage(pid);
    const waiting = await readUsage(pid);
    expect((await readUsage(pid)).cpu).toBe(waiting.cpu);
    child.stdin.write('one more\n');
    let sleeper: number | undefined;
    while (sleeper === undefined) [, sleeper] = await readTree(pid);
    // The shell ran, and so did its child; what has just run is told when it waits again.
    await expect
      .poll(async () => (await readUsage(pid)).cpu, { timeout: 60_000 })
      .toBeGreaterThan(waiting.cpu);
    process.kill(sleeper);
  },
);
