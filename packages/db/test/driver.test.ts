import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../dist/embedded/index.js';

let url: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ url, stop } = await startEmbeddedPostgres());
});
afterAll(() => stop());

test('the patched driver tells of a result what the published one does', async () => {
  const sql = postgres(url, { max: 1 });
  try {
    const result = await sql`select id, random_number from world where id < 3 order by id`;
    expect(result).toMatchObject({ count: 2, command: 'SELECT', length: 2 });
    expect(result.columns.map(({ name }) => name)).toEqual(['id', 'random_number']);
    expect(result.statement.string).toMatch(/^select id/);
    expect(result.state.pid).toBeGreaterThan(0);
    expect(Object.keys(result)).toEqual(['0', '1']);
    expect(result.map(({ id }) => id)).toEqual([1, 2]);
    const [first, second] = await sql`select 1 as a; select 2 as b`.simple();
    expect([first?.count, second?.count]).toEqual([1, 1]);
  } finally {
    await sql.end();
  }
});

test.each([
  { batch: true, connections: 1 },
  { batch: false, connections: 3 },
])(
  'three queries of one tick take $connections connections: batch $batch',
  async ({ batch, connections }) => {
    const sql = postgres(url, { max: 3, batch });
    const three = async () => {
      const rows = await Promise.all([1, 2, 3].map(() => sql`select pg_backend_pid() as pid`));
      return new Set(rows.map(([row]) => row?.pid)).size;
    };
    try {
      // The first three open the connections.
      expect(await three()).toBe(3);
      expect(await three()).toBe(connections);
      expect(await three()).toBe(connections);
    } finally {
      await sql.end();
    }
  },
);

test('what ended a connection is told to the query that was on it, and to none of the next', async () => {
  const admin = postgres(url, { max: 1 });
  const sql = postgres(url, { max: 1, backoff: () => 0, fetch_types: false });
  try {
    const [row] = await sql`select pg_backend_pid() as pid`;
    const ended = expect(sql`select pg_sleep(5)`).rejects.toThrow(/CONNECTION_CLOSED/);
    const asleep = () => admin`
      select from pg_stat_activity where pid = ${row?.pid} and wait_event = 'PgSleep'`;
    while ((await asleep()).length === 0);
    await admin`select pg_terminate_backend(${row?.pid})`;
    await ended;
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  } finally {
    await sql.end();
    await admin.end();
  }
});

test('a query that failed is let go of', async () => {
  const sql = postgres(url, { max: 1 });
  /** What PostgreSQL refuses; the driver keeps the text of a query in an array. */
  async function fail(): Promise<WeakRef<object>> {
    const query = sql.unsafe('select 1 / 0');
    const { strings } = query as unknown as { strings: string[] };
    await expect(query).rejects.toThrow('division by zero');
    return new WeakRef(strings);
  }
  try {
    const failed = await Promise.all([1, 2, 3].map(fail));
    // The last one is that of the connection until there is another.
    await sql.unsafe('select 1');
    await sleep(100);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    expect(failed.filter((strings) => strings.deref())).toEqual([]);
  } finally {
    await sql.end();
  }
});
