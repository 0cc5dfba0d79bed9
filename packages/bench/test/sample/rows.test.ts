import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { openRows } from '../../src/sample/rows.js';

test('PostgreSQL tells the rows of world that were read, as soon as the connection is closed', async () => {
  const database = await startEmbeddedPostgres();
  const rows = openRows(database.url);
  try {
    const before = await rows.read();
    const sql = postgres(database.url, { max: 1 });
    for (let id = 1; id <= 300; id++) await sql`select * from world where id = ${id}`;
    await sql.end();
    // The server's side of the connection ends a moment later.
    let read = 0;
    const deadline = Date.now() + 5000;
    while (read < 300 && Date.now() < deadline) read = (await rows.read()) - before;
    expect(read).toBe(300);
    expect(await rows.version()).toMatch(/^\d+\.\d+/);
  } finally {
    await rows.close();
    await database.stop();
  }
});
