import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../dist/embedded/index.js';
import { prepareDatabase } from '../src/prepare.js';

let server: EmbeddedPostgres;
let url: string;

beforeAll(async () => {
  server = await startEmbeddedPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.createDatabase('test_prepare', { seeded: false });
});

async function query<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end();
  }
}

test('preparing again changes nothing', async () => {
  await prepareDatabase(url);
  const before = await query((sql) => sql`select xmin, * from world order by id`);
  await prepareDatabase(url);
  expect(await query((sql) => sql`select xmin, * from world order by id`)).toEqual(before);
});

test('two that prepare at once take turns', async () => {
  await Promise.all([prepareDatabase(url), prepareDatabase(url)]);
  expect(await query((sql) => sql`select count(*)::int from world`)).toEqual([{ count: 10_000 }]);
});

test.each([
  ['a table', 'create table customers (id int)', 'public.customers'],
  ['a view', 'create view v as select 1', 'public.v'],
  ['a world of its own', 'create table world (id int, random_number int)', 'public.world'],
  ['another schema', 'create schema s; create table s.t (id int)', 's.t'],
])('a database that holds %s is left as it is', async (_what, statement, name) => {
  await query((sql) => sql.unsafe(statement));
  await expect(prepareDatabase(url)).rejects.toThrow(
    `is left as it is, because it holds what Heptathlon did not make (${name})`,
  );
  const schemas = await query((sql) => sql`select 1 from pg_namespace where nspname = 'drizzle'`);
  expect(schemas).toHaveLength(0);
});

test.each(['update world set random_number = 1 where id = 5000', 'delete from world where id = 1'])(
  'rows that somebody changed are left as they are: %s',
  async (statement) => {
    await prepareDatabase(url);
    await query((sql) => sql.unsafe(statement));
    await expect(prepareDatabase(url)).rejects.toThrow('holds other rows than the seed');
  },
);

test('a database that cannot be reached is one clear line', async () => {
  const port = await freePort();
  await expect(prepareDatabase(`postgres://u:secret@127.0.0.1:${port}/none`)).rejects.toThrow(
    new RegExp(
      `^The database none at 127\\.0\\.0\\.1:${port} cannot be prepared: .*ECONNREFUSED.*\\.$`,
    ),
  );
});
