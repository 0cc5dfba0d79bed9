import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { bench, test } from './bench-process.js';

/** As one of the user's: nobody else has databases there. */
let server: EmbeddedPostgres;
let sql: postgres.Sql;
let url: string;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ clusters: 'bench-left-' });
  sql = postgres(server.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

/** What the test before it has left, or one of a run that was killed: the cluster is used again. */
async function clear(): Promise<void> {
  for (const name of [...(await ofContenders()), 'bench_left'])
    await sql`drop database if exists ${sql(name)} with (force)`;
  await sql`drop role if exists bench_left`;
}

beforeEach(async () => {
  await clear();
  await sql`create role bench_left login createdb password 'secret'`;
  await sql`create database bench_left owner bench_left`;
  const one = new URL(server.url);
  one.username = 'bench_left';
  one.password = 'secret';
  one.pathname = '/bench_left';
  url = one.href;
});
afterEach(clear);

async function ofContenders(): Promise<string[]> {
  const found = await sql<{ name: string }[]>`
    select datname as name from pg_database where datname like 'heptathlon\_bench%'`;
  return found.map(({ name }) => name);
}

/** How many sessions have to do with some databases, or with the run that made them. */
async function sessionsAt(names: string[]): Promise<number> {
  const runs = names.map((name) => name.replace(/_\d+$/, ''));
  const [found] = await sql<{ count: number }[]>`
    select count(*)::int from pg_stat_activity
    where datname = any(${names}) or application_name = any(${runs})`;
  return found?.count ?? 0;
}

/** A run of `node` and `hono`, with a database each. */
const start = (out: string, ...more: string[]) =>
  bench(
    [
      ...['--targets', 'node,hono', '--events', 'db', '--phases', 'saturation', '--no-control'],
      ...['--no-proof', '--warm-up', '0.3', '--duration', '0.3', '--rounds', '2'],
      ...['--out', out, ...more],
    ],
    { DATABASE_URL: url },
  );

test('a run that cannot prepare a database that it has made leaves none', async ({ out }) => {
  // One to make it by, and one too few to prepare it.
  await sql`alter role bench_left connection limit 2`;
  const { stderr } = await start(out).ended;
  expect(stderr).toContain('too many connections for role');
  expect(await ofContenders()).toEqual([]);
});

test('a server that does not start leaves no database', async ({ folder, out }) => {
  const file = join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ broken: { command: ['node', '-e', 'process.exit(1)'] } }));
  const { stderr } = await start(out, '--targets', 'broken', '--targets-file', file).ended;
  expect(stderr).toContain('broken did not start');
  expect(await ofContenders()).toEqual([]);
});

test.for(['SIGINT', 'SIGTERM'] as const)(
  '%s leaves no database, whatever is being done',
  async (signal, { out }) => {
    const preparing = start(out);
    while ((await ofContenders()).length === 0) expect(preparing.child.exitCode).toBe(null);
    preparing.child.kill(signal);
    await preparing.ended;
    expect(await ofContenders()).toEqual([]);
    const measuring = start(out);
    await measuring.untilSaid('round 1');
    expect(await ofContenders()).toHaveLength(2);
    measuring.child.kill(signal);
    await measuring.ended;
    expect(await ofContenders()).toEqual([]);
  },
);

test('what a run that was killed has left, the next removes; what one uses that goes on stays', async ({
  out,
}) => {
  const killed = start(out, '--rounds', '100');
  await killed.untilSaid('round 1');
  const left = await ofContenders();
  expect(left).toHaveLength(2);
  const beside = start(`${out}.beside.json`);
  while ((await ofContenders()).length < 4) expect(beside.child.exitCode).toBe(null);
  expect(await ofContenders()).toEqual(expect.arrayContaining(left));
  beside.child.kill('SIGINT');
  killed.child.kill('SIGKILL');
  await Promise.all([killed.ended, beside.ended]);
  expect((await ofContenders()).toSorted()).toEqual(left.toSorted());
  // Its servers end a moment after it; what they use stays.
  while ((await sessionsAt(left)) > 0) await sleep(50);
  const next = start(out);
  await next.untilSaid('warming up');
  expect(await ofContenders()).not.toEqual(expect.arrayContaining(left));
  next.child.kill('SIGINT');
  await next.ended;
  expect(await ofContenders()).toEqual([]);
});
