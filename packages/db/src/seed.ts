import type { Sql } from 'postgres';
import { WORLD_ROWS } from './schema.js';

/**
 * The number of row `id`, the same on every machine: multiplication by a prime that does not divide
 * 10,000 visits each number from 1 to 10,000 once, in an order that looks random.
 */
export const randomNumber = '1 + (id * 7919) % 10000';

/**
 * Fills an empty `world`, and leaves one that is filled alone.
 *
 * @returns whether it was empty
 * @throws {ForeignDataError} where the table holds anything else than these rows
 */
export async function seed(sql: Sql): Promise<boolean> {
  const expected = `select id, ${randomNumber} as random_number from generate_series(1, ${WORLD_ROWS}) id`;
  const [found] = await sql<[{ rows: number; different: boolean }]>`
    select (select count(*)::int from world) as rows,
      exists (${sql.unsafe(expected)} except select id, random_number from world) as different`;
  if (found.rows === 0) {
    await sql`insert into world ${sql.unsafe(expected)}`;
    return true;
  }
  if (found.different || found.rows !== WORLD_ROWS) {
    throw new ForeignDataError('its table "world" holds other rows than the seed');
  }
  return false;
}

/** The database holds something that Heptathlon did not make, so it is left as it is. */
export class ForeignDataError extends Error {
  override name = 'ForeignDataError';
}
