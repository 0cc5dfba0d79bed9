import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findTarget, type StartedTarget, startTarget } from '../src/index.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

let started: StartedTarget | undefined;
// Also where a test fails halfway.
afterEach(() => started?.stop());

async function startOn(target: string, workers: string): Promise<StartedTarget> {
  const running = await startTarget(findTarget(target), {
    databaseUrl: postgres.url,
    env: { WORKERS: workers },
  });
  started = running;
  // It says so when all of them listen; the first that does answers already.
  while (!running.output().includes('listens at')) await sleep(20);
  return running;
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state]) => Number(parent) === pid && !state?.startsWith('Z'))
    .map(([child]) => Number(child));
}

/** Sends a signal, 0 being none. @returns whether the process was there */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

// One target for each runtime.
describe.each(['node', 'hono-bun', 'hono-deno'])('%s', (target) => {
  const start = (workers: string) => startOn(target, workers);

  test('WORKERS=1 is one process', async () => {
    const running = await start('1');
    expect(childrenOf(running.pid)).toEqual([]);
    await running.stop();
  });

  test('a worker that dies is replaced', async () => {
    const running = await start('2');
    const [victim, ...others] = childrenOf(running.pid);
    expect(others).toHaveLength(1);
    if (victim) signal(victim, 'SIGKILL');
    let workers: number[];
    do {
      await sleep(50);
      workers = childrenOf(running.pid);
    } while (workers.length < 2 || workers.includes(Number(victim)));
    expect((await fetch(`${running.url}/db`, { headers: { connection: 'close' } })).status).toBe(
      200,
    );
    expect(running.output()).toContain('a worker died; starting another');
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  });

  test('workers that die again and again end the program', async () => {
    const running = await start('2');
    let ended = false;
    void running.exited.then(() => {
      ended = true;
    });
    while (!ended) {
      for (const worker of childrenOf(running.pid)) signal(worker, 'SIGKILL');
      await sleep(300);
    }
    expect(await running.exited).toEqual({ code: 1, signal: null });
    expect(running.output()).toMatch(/5 workers died within 10 s|a worker died/);
  });

  test('workers end with the process that started them', async () => {
    const running = await start('2');
    const workers = childrenOf(running.pid);
    process.kill(running.pid, 'SIGKILL');
    await running.exited;
    while (workers.some((pid) => signal(pid, 0))) await sleep(20);
  });
});

test('SIGTERM while workers still start ends them in order', async () => {
  const target = findTarget('node');
  for (const wait of [0, 30, 60, 120, 240]) {
    const running = await startTarget(target, {
      databaseUrl: postgres.url,
      env: { WORKERS: '6' },
    });
    started = running;
    await sleep(wait);
    expect(await running.stop()).toEqual({ code: 0, signal: null });
  }
});
