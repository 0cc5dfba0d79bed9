import { once } from 'node:events';
import { createServer } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../dist/embedded/index.js';
import { createDatabase, type DatabaseOptions, DatabaseUnavailable } from '../src/index.js';

let server: EmbeddedPostgres;
let databaseUrl: string;

const open = (options: Partial<DatabaseOptions> = {}) =>
  createDatabase({ databaseUrl, poolSize: 1, queryTimeout: 1000, queueSize: 1024, ...options });
const single = (databaseUrl: string) => open({ databaseUrl });

beforeAll(async () => {
  server = await startEmbeddedPostgres();
  databaseUrl = await server.createDatabase('test_database');
});
afterAll(() => server.stop());

test('rows are those of the table, and vary', async () => {
  const database = open({ poolSize: 2, queryTimeout: 60_000 });
  const worlds = await database.randomWorlds(200);
  await database.close();
  const sql = postgres(databaseUrl, { max: 1 });
  const table = await sql<{ id: number; randomNumber: number }[]>`
    select id, random_number as "randomNumber" from world where id in ${sql(worlds.map(({ id }) => id))}`;
  await sql.end();
  const byId = new Map(table.map((row) => [row.id, row]));
  expect(worlds).toEqual(worlds.map(({ id }) => ({ ...byId.get(id) })));
  expect(new Set(worlds.map(({ id }) => id)).size).toBeGreaterThan(180);
});

test('a database that is gone, hangs or refuses is unavailable', async () => {
  const gone = single(`postgres://u:p@127.0.0.1:${await freePort()}/x`);
  await expect(gone.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  await gone.close();

  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const hanging = single(`postgres://u:p@127.0.0.1:${port}/x`);
  await expect(hanging.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  await hanging.close();
  silent.close();

  const refused = single(databaseUrl.replace(/:[^:@]+@/, ':wrong@'));
  await expect(refused.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  await refused.close();
});

test('a query is waited for as long as it may take, and no longer', async () => {
  const impatient = open({ queryTimeout: 5000 });
  const patient = open({ queryTimeout: 60_000 });
  await Promise.all([impatient, patient].map((database) => database.randomWorld()));
  const sql = postgres(databaseUrl, { max: 1 });
  let waiting: Promise<unknown> | undefined;
  await sql.begin(async (sql) => {
    await sql`lock table world in access exclusive mode`;
    waiting = patient.randomWorld();
    await expect(impatient.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  });
  await expect(waiting).resolves.toMatchObject({ id: expect.any(Number) });
  await Promise.all([sql.end(), impatient.close(), patient.close()]);
});

test('a database without the table is an error, but not unavailable', async () => {
  const empty = await server.createDatabase('test_database_empty', { seeded: false });
  const database = open({ databaseUrl: empty, queryTimeout: 60_000 });
  const error = await database.randomWorld().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(DatabaseUnavailable);
  await database.close();
});

test('it comes back by itself when its connections are cut', async () => {
  const database = open({ poolSize: 3, queryTimeout: 60_000 });
  await Promise.all([1, 2, 3].map(() => database.randomWorld()));
  const sql = postgres(databaseUrl, { max: 1 });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'heptathlon' and datname = current_database()`;
  await sql.end();
  // Until a connection's end has arrived, a query on it may still fail.
  await vi.waitFor(() => database.randomWorlds(5), { timeout: 20_000 });
  await database.close();
});
