import postgres from 'postgres';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../dist/embedded/index.js';

test('the patched driver tells of a result what the published one does', async () => {
  const { url, stop } = await startEmbeddedPostgres();
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
    await stop();
  }
});
