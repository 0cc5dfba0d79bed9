import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../dist/embedded/index.js';
import { linux, processesIn } from './proc.js';

let server: EmbeddedPostgres;
let data: string;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ clusters: 'outage-' });
  const sql = postgres(server.url, { max: 1 });
  const [setting] = await sql<[{ data_directory: string }]>`show data_directory`;
  data = setting.data_directory;
  await sql.end();
});

afterAll(() => server.stop());

/** The processes of this PostgreSQL, but for the postmaster: those that work in its data folder. */
const backends = () => processesIn(data).filter((pid) => pid !== server.pid);

/** Reads by a connection of its own. */
async function rows(): Promise<number> {
  const sql = postgres(server.url, { max: 1, connect_timeout: 5 });
  try {
    const [found] = await sql<[{ rows: number }]>`select count(*)::int as rows from world`;
    return found.rows;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

test.each(['stop', 'kill'] as const)(
  'after %s() nobody listens; start() brings the same URL back',
  async (end) => {
    const { pid, url } = server;
    await server[end]();
    await expect(rows()).rejects.toThrow('ECONNREFUSED');
    await server.start();
    expect(server.pid).not.toBe(pid);
    expect(server.url).toBe(url);
    expect(await rows()).toBe(10_000);
  },
);

/**
 * Halts a backend of its own: as one that waits for a lock of another that was killed, it does not end by itself when the
 * postmaster is gone.
 */
async function leaveBackend(): Promise<number> {
  const sql = postgres(server.url, { max: 1, fetch_types: false });
  try {
    const [backend] = await sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
    process.kill(backend.pid, 'SIGSTOP');
    return backend.pid;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

linux('kill() leaves none of its processes, however many clients connect meanwhile', async () => {
  for (let round = 0; round < 5; round++) {
    let storming = true;
    const client = async () => {
      while (storming) await leaveBackend().catch(() => sleep(10));
    };
    const storm = Array.from({ length: 8 }, client);
    await sleep(100);
    await server.kill();
    const left = backends();
    storming = false;
    await Promise.all(storm);
    expect(left).toEqual([]);
    await server.start();
  }
  expect(await rows()).toBe(10_000);
});

linux('start() ends what is left of one that was killed', async () => {
  const pid = await leaveBackend();
  const guard = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${server.pid}/stat`, 'utf8'))?.[1]);
  process.kill(server.pid, 'SIGKILL');
  while (existsSync(`/proc/${guard}`)) await sleep(20);
  // All others end by themselves.
  while (backends().length > 1) await sleep(20);
  expect(backends()).toEqual([pid]);
  await server.start();
  expect(backends()).not.toContain(pid);
  expect(await rows()).toBe(10_000);
});

linux('stop() takes away what one that was killed has left', async () => {
  const memory = () => readFileSync('/proc/sysvipc/shm', 'utf8');
  const creator = new RegExp(`^(\\s+\\d+){4}\\s+${server.pid}\\s`, 'm');
  expect(memory()).toMatch(creator);
  await server.kill();
  expect(memory()).toMatch(creator);
  await server.stop();
  expect(memory()).not.toMatch(creator);
  await server.start();
});

test('a query waits while it is paused, and goes on', async () => {
  const sql = postgres(server.url, { max: 1 });
  await sql`select 1`;
  await server.pause();
  let answered = false;
  const answer = sql`select 1`.then(() => {
    answered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(answered).toBe(false);
  await server.resume();
  await answer;
  await sql.end();
});

test('stop() ends one that is paused', async () => {
  await server.pause();
  await server.stop();
  await expect(rows()).rejects.toThrow('ECONNREFUSED');
  await server.start();
});
