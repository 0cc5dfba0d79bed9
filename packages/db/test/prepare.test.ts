import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../dist/embedded/index.js';
import { DatabaseUrlError } from '../src/connect.js';
import { createDatabase } from '../src/database.js';
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

test('what an extension owns is nothing foreign', async () => {
  await query((sql) => sql`create extension pg_stat_statements`);
  await prepareDatabase(url);
  await prepareDatabase(url);
});

/** A role that owns the database, or may do nothing there; as that one. */
async function asRole(name: string, owns = true): Promise<string> {
  await query(async (sql) => {
    await sql`drop role if exists ${sql(name)}`;
    await sql`create role ${sql(name)} login password 'secret'`;
    if (owns) await sql`alter database test_prepare owner to ${sql(name)}`;
  });
  const theirs = new URL(url);
  theirs.username = name;
  theirs.password = 'secret';
  return theirs.href;
}

test.each([
  ['is called as the journal of migrations', 'drizzle', 'select 1'],
  [
    'has a search_path',
    'test_path',
    'create schema app authorization test_path; alter role test_path set search_path = app',
  ],
])('the database of a role that %s can be prepared again', async (_what, role, statement) => {
  const theirs = await asRole(role);
  await query((sql) => sql.unsafe(statement));
  await prepareDatabase(theirs);
  await prepareDatabase(theirs);
  expect(await query((sql) => sql`select count(*)::int from public.world`)).toEqual([
    { count: 10_000 },
  ]);
  const options = { databaseUrl: theirs, poolSize: 1, queryTimeout: 5000, queueSize: 1 };
  const database = createDatabase(options);
  expect(await database.randomWorld()).toMatchObject({ id: expect.any(Number) });
  await database.close();
});

test('a role that may not create is told what to grant, and nothing is left', async () => {
  const theirs = await asRole('test_none', false);
  const prepared = prepareDatabase(theirs);
  await expect(prepared).rejects.toThrow(
    'permission denied for database test_prepare. As its owner: GRANT CREATE ON DATABASE "test_prepare" TO "test_none"; GRANT CREATE ON SCHEMA public TO "test_none".',
  );
  await query((sql) => sql`grant create on database test_prepare to test_none`);
  await expect(prepareDatabase(theirs)).rejects.toThrow('permission denied for schema public');
  expect(await query((sql) => sql`select from pg_namespace where nspname = 'drizzle'`)).toEqual([]);
  await query((sql) => sql`grant create on schema public to test_none`);
  await prepareDatabase(theirs);
});

test('a name may be percent-encoded', async () => {
  await server.createDatabase('test prepare', { seeded: false });
  const spaced = new URL(url);
  spaced.pathname = '/test%20prepare';
  await prepareDatabase(spaced.href);
});

test.each([
  [
    'mysql://u:p@host/y',
    'The URL of a database has to start with postgres:// or postgresql://, not with mysql://',
  ],
  [
    'nonsense',
    'The URL of a database has to be one like postgres://user:password@127.0.0.1:5432/heptathlon',
  ],
  [
    'postgres://u:p@host/y?sslmode=require&channel_binding=require',
    'The driver, postgres.js, has no channel binding: leave channel_binding=require out of the URL of the database.',
  ],
  ['postgres://u:p@host,two/y', 'The URL of a database has to name one host, not several.'],
])('%s is one clear line', async (wrong, message) => {
  await expect(prepareDatabase(wrong)).rejects.toThrow(new DatabaseUrlError(message));
});

test('a Unix socket is where host says', async () => {
  await expect(prepareDatabase('postgres://u@/x?host=/nowhere')).rejects.toThrow(
    'The database x at /nowhere cannot be prepared: connect ENOENT /nowhere/.s.PGSQL.5432.',
  );
});

test('a database that cannot be reached is one clear line', async () => {
  const port = await freePort();
  await expect(prepareDatabase(`postgres://u:p@127.0.0.1:${port}/none`)).rejects.toThrow(
    new RegExp(
      `^The database none at 127\\.0\\.0\\.1:${port} cannot be prepared: .*ECONNREFUSED.*\\.$`,
    ),
  );
});
