import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { countCores, listCpus } from '@heptathlon/server/cores';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  oneOfEachRuntime,
  type StartedTarget,
  startTarget,
  type Target,
  targetsUnderTest,
} from '../src/index.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

let started: StartedTarget | undefined;
// Also where a test fails halfway.
afterEach(() => started?.stop());

async function startOn(target: Target, workers: string): Promise<StartedTarget> {
  const running = await startTarget(target, {
    databaseUrl: postgres.url,
    env: { WORKERS: workers },
  });
  started = running;
  await untilAllListen(running);
  return running;
}

/** It says so when all of them listen; the first that does answers already. @throws {Error} where it ends before */
async function untilAllListen({ exited, output }: StartedTarget): Promise<void> {
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  while (!output().includes('listens at')) {
    if (ended) throw new Error(`it has ended: ${output()}`);
    await sleep(20);
  }
}

/** Sends a signal, 0 being none. @returns whether the process was there */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

const targets = oneOfEachRuntime(targetsUnderTest());

describe.each(targets)('$name', (target) => {
  const start = (workers: string) => startOn(target, workers);

  test('WORKERS=1 is one process', async () => {
    const running = await start('1');
    expect(await childrenOf(running.pid)).toEqual([]);
    await running.stop();
  });

  test('a worker that dies is replaced', async () => {
    const running = await start('2');
    const [victim, ...others] = await childrenOf(running.pid);
    expect(others).toHaveLength(1);
    if (victim) signal(victim, 'SIGKILL');
    let workers: number[];
    do {
      await sleep(50);
      workers = await childrenOf(running.pid);
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
      for (const worker of await childrenOf(running.pid)) signal(worker, 'SIGKILL');
      await sleep(300);
    }
    expect(await running.exited).toEqual({ code: 1, signal: null });
    expect(running.output()).toMatch(/5 workers died within 10 s|a worker died/);
  });

  test('workers end with the process that started them', async () => {
    const running = await start('2');
    const workers = await childrenOf(running.pid);
    process.kill(running.pid, 'SIGKILL');
    await running.exited;
    while (workers.some((pid) => signal(pid, 0))) await sleep(20);
  });
});

// cgroups(7): whoever may make a group can be kept to less than the machine has, as a container is.
const group = makeGroup(100_000);
afterAll(async () => {
  // Its last process has ended, or is about to.
  while (group && existsSync(group)) {
    try {
      rmdirSync(group);
    } catch {
      await sleep(50);
    }
  }
});

/** A control group whose processes have so many µs of CPU time in each 100 ms; undefined where none can be made. */
function makeGroup(quota: number): string | undefined {
  const name = `heptathlon-test-${process.pid}`;
  try {
    if (existsSync('/sys/fs/cgroup/cpu/cpu.cfs_period_us')) {
      mkdirSync(`/sys/fs/cgroup/cpu/${name}`);
      writeFileSync(`/sys/fs/cgroup/cpu/${name}/cpu.cfs_quota_us`, String(quota));
      return `/sys/fs/cgroup/cpu/${name}`;
    }
    if (!readFileSync('/sys/fs/cgroup/cgroup.subtree_control', 'utf8').includes('cpu'))
      return undefined;
    mkdirSync(`/sys/fs/cgroup/${name}`);
    writeFileSync(`/sys/fs/cgroup/${name}/cpu.max`, `${quota} 100000`);
    return `/sys/fs/cgroup/${name}`;
  } catch {
    return undefined;
  }
}

describe('WORKERS=auto is the same on all runtimes:', () => {
  async function workersOf({ command, ...target }: Target, through: string[]): Promise<number> {
    const running = await startTarget(
      { ...target, command: [...through, ...command] },
      { databaseUrl: postgres.url, env: { WORKERS: 'auto' } },
    );
    started = running;
    await untilAllListen(running);
    await running.stop();
    return JSON.parse(running.output().trim().split('\n')[0] ?? '').workers;
  }
  const cpus = countCores();

  test.each(targets)('$name has one for each CPU', async (target) => {
    expect(await workersOf(target, [])).toBe(cpus);
  });

  test.runIf(existsSync('/usr/bin/taskset')).each(targets)(
    '$name that is bound to one has one',
    async (target) => {
      expect(await workersOf(target, ['taskset', '-c', String(listCpus()[0])])).toBe(1);
    },
  );

  test.runIf(group).each(targets)(
    "$name in a group that may have one CPU's time has one",
    async (target) => {
      // Again and again: whoever looks after the machine may put each process into a group of their own.
      const join = `while echo $$ > ${group}/cgroup.procs; do sleep 0.02; done >/dev/null 2>&1`;
      const enter = `echo $$ > ${group}/cgroup.procs && { ${join} & exec "$@"; }`;
      expect(await workersOf(target, ['sh', '-c', enter, 'sh'])).toBe(1);
    },
  );
});

test.each(targets.filter(({ runtime }) => !runtime))(
  '$name: SIGTERM while workers still start ends them in order',
  async (target) => {
    for (const wait of [0, 30, 60, 120, 240]) {
      const running = await startTarget(target, {
        databaseUrl: postgres.url,
        env: { WORKERS: '6' },
      });
      started = running;
      await sleep(wait);
      expect(await running.stop()).toEqual({ code: 0, signal: null });
    }
  },
);
