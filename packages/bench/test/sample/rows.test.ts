import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRows, type Rows } from '../../src/sample/rows.js';

let database: EmbeddedPostgres;
let rows: Rows;
beforeAll(async () => {
  database = await startEmbeddedPostgres();
  rows = openRows(database.url);
});
afterAll(async () => {
  await rows?.close();
  await database?.stop();
});

/** A connection of a server, say. */
const connect = () => postgres(database.url, { max: 1, fetch_types: false });

async function readRows(sql: postgres.Sql, count: number): Promise<void> {
  for (let id = 1; id <= count; id++) await sql`select * from world where id = ${id}`;
}

test('the rows that were read are told exactly when the connection is closed', async () => {
  const before = await rows.read();
  const sql = connect();
  await readRows(sql, 300);
  await sql.end();
  expect((await rows.readUntil(before + 300)) - before).toBe(300);
});

test('they are told too while the connection stays open, later', async () => {
  const before = await rows.read();
  const sql = connect();
  try {
    await readRows(sql, 300);
    expect((await rows.readUntil(before + 300)) - before).toBe(300);
  } finally {
    await sql.end();
  }
});

test('rows that were not read are waited for, and not made up', async () => {
  const before = await rows.read();
  const start = performance.now();
  expect(await rows.readUntil(before + 1, 200)).toBe(before);
  expect(performance.now() - start).toBeGreaterThan(190);
});

test('all rows read at once count as one', async () => {
  const before = await rows.read();
  const sql = connect();
  expect(await sql`select * from world`).toHaveLength(10_000);
  await sql.end();
  await rows.readUntil(before + 1);
  expect((await rows.read()) - before).toBe(1);
});
