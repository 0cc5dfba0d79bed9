import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../dist/embedded/index.js';

const rows = async (url: string) => {
  const sql = postgres(url, { max: 1 });
  const [world] = await sql<[{ rows: number; sum: number }]>`
    select count(*)::int as rows, sum(id::bigint * random_number)::text as sum from world`;
  await sql.end();
  return world;
};

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('two at once have a server each, with the same rows, and end with stop()', async () => {
  const both = await Promise.all([startEmbeddedPostgres(), startEmbeddedPostgres()]);
  const [first, second] = both;
  expect(first.url).not.toBe(second.url);
  // The sum of id × random_number: any other row, anywhere, changes it.
  const seeded = { rows: 10_000, sum: '250004670000' };
  expect(await Promise.all(both.map(({ url }) => rows(url)))).toEqual([seeded, seeded]);
  await Promise.all(both.map((server) => server.stop()));
  expect(both.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
});

test('createDatabase makes a seeded one, or an empty one, anew each time', async () => {
  const server = await startEmbeddedPostgres();
  try {
    const seeded = await server.createDatabase('test_seeded');
    expect(await rows(seeded)).toMatchObject({ rows: 10_000 });
    const empty = await server.createDatabase('test_seeded', { seeded: false });
    await expect(rows(empty)).rejects.toThrow('relation "world" does not exist');
  } finally {
    await server.stop();
  }
});

test('PostgreSQL ends with a process that is killed', async () => {
  const entry = new URL('../dist/embedded/index.js', import.meta.url).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(entry)});
    console.log((await startEmbeddedPostgres()).pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await once(child.stdout, 'data');
  const pid = Number(printed);
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  while (isAlive(pid)) await sleep(20);
});
