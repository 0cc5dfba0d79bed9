import { check, integer, pgTable, sql } from './drizzle.js';

/** 10,000 rows: `id` 1..10000, `random_number` 1..10000. */
export const world = pgTable(
  'world',
  {
    id: integer('id').primaryKey(),
    randomNumber: integer('random_number').notNull(),
  },
  ({ id, randomNumber }) => [
    check('world_id_range', sql`${id} between 1 and 10000`),
    check('world_random_number_range', sql`${randomNumber} between 1 and 10000`),
  ],
);

/** The number of rows in `world`. */
export const WORLD_ROWS = 10_000;
