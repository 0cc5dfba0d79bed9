import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../dist/embedded/index.js';

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ clusters: 'outage-' });
});

afterAll(() => server.stop());

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
