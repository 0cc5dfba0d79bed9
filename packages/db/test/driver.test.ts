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
