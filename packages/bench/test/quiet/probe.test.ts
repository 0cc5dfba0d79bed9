import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { findTarget, startTarget, type Target } from '@heptathlon/targets';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { taken, watch } from '../../../faults/test/machine.js';
import type { ProbeFigures } from '../../src/probe/figures.js';
import { type Probe, startProbe } from '../../src/probe/probe.js';

const compiling = fileURLToPath(new URL('../fixtures/compiling.js', import.meta.url));
const surviving = fileURLToPath(new URL('../fixtures/surviving.js', import.meta.url));
const hot = fileURLToPath(new URL('../fixtures/hot.js', import.meta.url));

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

let probe: Probe;
const children: ChildProcess[] = [];
beforeEach(async () => {
  probe = await startProbe();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await probe.close();
});

/** Does what it is told by lines, and says when it has. */
const fixture = `
  const acts = {
    block: () => { for (const end = performance.now() + 300; performance.now() < end; ); },
    allocate: () => { for (let i = 0, kept = []; i < 300_000; i++) kept[i % 1000] = Array(100).fill(i); },
    keep: () => { globalThis.kept = Array.from({ length: 2e5 }, (_, i) => ({ i })); gc(); },
    release: () => { globalThis.kept = undefined; },
    nothing: () => {},
  };
  require('node:readline').createInterface({ input: process.stdin }).on('line', (act) => {
    acts[act]();
    console.log('done');
  });
  console.log('ready');
`;

async function start() {
  const child = spawn(process.execPath, ['--expose-gc', '-e', fixture], {
    env: { ...process.env, ...probe.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  const pid = Number(child.pid);
  watch(pid);
  const startedAt = performance.now();
  return {
    child,
    /** What the machine has taken since, in ms: as much later than its own doing it may be. */
    machine: () => taken([pid], startedAt, performance.now()),
    async tell(act: string) {
      child.stdin.write(`${act}\n`);
      await once(lines, 'line');
    },
  };
}

async function look() {
  const [vitals, ...others] = await probe.vitals();
  if (!vitals || others.length > 0) throw new Error('one process was expected');
  return vitals;
}

async function readOne(): Promise<ProbeFigures> {
  const [figures, ...others] = await probe.read();
  if (!figures || others.length > 0) throw new Error('one process was expected');
  return figures;
}

const collections = ({ gc }: ProbeFigures) =>
  Object.values(gc).reduce((sum, { count }) => sum + count, 0);

describe('a process', () => {
  test('that blocks its loop is late by as much, and busy for as long', async () => {
    const { child, tell, machine } = await start();
    await probe.reset();
    await tell('block');
    await sleep(200);
    const { pid, seconds, delay, utilisation } = await readOne();
    expect(pid).toBe(child.pid);
    expect(delay.max).toBeGreaterThan(295);
    expect(delay.max).toBeLessThan(600 + machine());
    expect(delay.p50).toBeLessThan(100 + machine());
    expect(utilisation * seconds).toBeGreaterThan(0.29);
    // It had nothing to do for 200 ms.
    expect((1 - utilisation) * seconds).toBeGreaterThan(0.1);
  });

  test('that does nothing is neither, and nothing is left of what was before', async () => {
    const { tell, machine } = await start();
    await tell('block');
    await tell('allocate');
    await probe.reset();
    await sleep(500);
    const found = await readOne();
    expect(found.seconds).toBeGreaterThan(0.49);
    expect(found.delay.p50).toBeLessThan(2 + machine());
    expect(found.delay.max).toBeLessThan(250 + machine());
    expect(found.utilisation * found.seconds * 1000).toBeLessThan(150 + machine());
    expect(collections(found)).toBeLessThan(5);
  });

  test('that allocates collects, and says how often and how long', async () => {
    const { tell } = await start();
    await probe.reset();
    await tell('allocate');
    const { gc } = await readOne();
    expect(gc.minor?.count).toBeGreaterThan(5);
    expect(gc.minor?.ms).toBeGreaterThan(0.1);
    expect(gc.major).toBeUndefined();
    await probe.reset();
    const before = await readOne();
    await tell('keep');
    const after = await readOne();
    expect(after.gc.major?.count).toBe(1);
    expect(after.heapUsed - before.heapUsed).toBeGreaterThan(2e5 * 16);
  });

  test('has as much heap as it keeps, whatever garbage there is, and tells how late it was since', async () => {
    const { child, tell, machine } = await start();
    const first = await look();
    expect(first).toMatchObject({ pid: child.pid, late: null });
    await tell('keep');
    await tell('allocate');
    await tell('block');
    await sleep(30);
    const kept = await look();
    expect(kept.late).toBeGreaterThan(280);
    await tell('release');
    await sleep(200);
    const released = await look();
    expect(released.late).toBeLessThan(200 + machine());
    const grown = Number(kept.objects) - Number(first.objects);
    expect(grown).toBeGreaterThan(2e5 * 16);
    expect(Number(kept.objects) - Number(released.objects)).toBeGreaterThan(grown * 0.9);
    expect(kept.heapTotal).toBeGreaterThan(Number(kept.objects));
  });

  test('ends when it wants to, and is then left out', async () => {
    const { child } = await start();
    expect(await probe.read()).toHaveLength(1);
    const exited = once(child, 'exit');
    // Nothing but the probe is left that could keep it.
    child.stdin?.end();
    expect(await exited).toEqual([0, null]);
    expect(await probe.read()).toEqual([]);
  });

  test('goes on when the probe is closed', async () => {
    const { child, tell } = await start();
    await probe.close();
    await tell('nothing');
    expect(child.exitCode).toBeNull();
    probe = await startProbe();
  });

  test('starts where no probe is listening any more', async () => {
    const { env } = probe;
    await probe.close();
    const child = spawn(process.execPath, ['-p', '"fine"'], { env: { ...process.env, ...env } });
    const [output] = await once(child.stdout, 'data');
    expect(String(output)).toBe('fine\n');
    probe = await startProbe();
  });
});

/** The compilers that V8 optimises with in it. */
async function compilersOf({ command: [program = '', ...args], env }: Target) {
  const { stdout } = await promisify(execFile)(program, args, {
    env: { ...process.env, ...env, DENO_V8_FLAGS: '--trace-opt' },
  });
  return new Set(
    [...stdout.matchAll(/completed compiling.*target (\w+)/g)].map(([, name]) => name),
  );
}

test.each(['node', 'hono-deno'])('nothing is optimised, as %s runs it', async (name) => {
  const target = findTarget(name);
  const command = target.command.with(-1, hot);
  expect(await compilersOf({ ...target, command })).toEqual(new Set(['MAGLEV', 'TURBOFAN_JS']));
  expect(await compilersOf(probe.into({ ...target, command }))).toEqual(new Set());
});

/** How large its young generation is while much is allocated, in MiB. */
async function youngOf({ command: [program = '', ...args], env }: Target) {
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, ...env } });
  return Number(stdout);
}

// What it takes it gives back later, and memory goes up and down with it.
test.each(['node', 'hono-deno'])(
  'V8 takes no room for what is new, as %s runs it',
  async (name) => {
    const target = findTarget(name);
    const command = target.command.with(-1, surviving);
    expect(await youngOf({ ...target, command })).toBeGreaterThan(8);
    expect(await youngOf(probe.into({ ...target, command }))).toBeLessThan(3);
  },
);

test.each(['node', 'hono-bun', 'hono-deno'])(
  'the heap is without code, as %s runs it',
  async (name) => {
    const target = findTarget(name);
    const command = target.command.with(-1, compiling);
    const {
      command: [program = '', ...args],
      env,
    } = probe.into({ ...target, command });
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const tell = async (line: string) => {
      child.stdin.write(`${line}\n`);
      return Number((await lines.next()).value);
    };
    await tell('hello');
    const before = Number((await look()).objects);
    const allBefore = await tell('what is there?');
    await tell('compile');
    const after = Number((await look()).objects);
    const all = await tell('what is there?');
    expect(all - allBefore).toBeGreaterThan(2.5e6);
    expect(after - before).toBeLessThan(2e6);
  },
);

test.each([
  ['1', 1],
  ['2', 3],
])(
  'a server with WORKERS=%s is looked into, in %i processes, and stops as ever',
  async (workers, processes) => {
    const server = await startTarget(findTarget('fastify'), {
      databaseUrl: postgres.url,
      env: { WORKERS: workers, ...probe.env },
    });
    try {
      while (!server.output().includes('listens at')) await sleep(20);
      await probe.reset();
      for (let count = 0; count < 300; count++) await (await fetch(`${server.url}/json`)).text();
      const figures = await probe.read();
      expect(figures).toHaveLength(processes);
      expect(figures.map(({ pid }) => pid)).toContain(server.pid);
      expect(Math.max(...figures.map(({ utilisation }) => utilisation))).toBeGreaterThan(0.01);
    } finally {
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    }
  },
);
