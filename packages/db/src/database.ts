import postgres from 'postgres';
import { drizzle, eq, sql } from './drizzle.js';
import { WORLD_ROWS, world } from './schema.js';
import { inTime } from './unavailable.js';

type World = typeof world.$inferSelect;

/** The pool of connections to `world`. */
export interface Database {
  /**
   * Reads a row picked at random.
   *
   * @throws {DatabaseUnavailable} where the database cannot be reached or does not answer in time
   */
  randomWorld(): Promise<World>;
  /**
   * Reads `count` such rows, each by its own query, the next when the last has answered.
   *
   * @throws {DatabaseUnavailable} where the database cannot be reached or does not answer in time
   */
  randomWorlds(count: number): Promise<World[]>;
  /** Lets queries in flight finish (1 s at most) and closes all connections. */
  close(): Promise<void>;
}

/** Where the database is, how many connections to hold, and how long to wait. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name` */
  databaseUrl: string;
  /** Connections at the most; each is opened when it is first needed. */
  poolSize: number;
  /** How long a query may take, in ms, with the wait for a connection. */
  queryTimeout: number;
}

/** Opens a pool. Nothing is sent before the first query. */
export function createDatabase({ databaseUrl, poolSize, queryTimeout }: DatabaseOptions): Database {
  const client = postgres(databaseUrl, {
    max: poolSize,
    // A query to a database that is gone fails at once instead of waiting for the next attempt.
    backoff: () => 0,
    connect_timeout: queryTimeout / 1000,
    connection: { application_name: 'heptathlon', statement_timeout: queryTimeout },
    fetch_types: false,
    // Those of requests that arrive together, as none here sends two at a time: one write, and few reads.
    batch: true,
  });
  const worldById = drizzle(client)
    .select()
    .from(world)
    .where(eq(world.id, sql.placeholder('id')))
    .prepare('world_by_id');

  async function randomWorld(): Promise<World> {
    const id = 1 + Math.floor(Math.random() * WORLD_ROWS);
    const [row] = await inTime(worldById.execute({ id }), queryTimeout);
    if (!row) throw new Error(`world has no row ${id}: the database is not seeded`);
    return row;
  }

  return {
    randomWorld,
    async randomWorlds(count) {
      const worlds: World[] = [];
      while (worlds.length < count) worlds.push(await randomWorld());
      return worlds;
    },
    close: () => client.end({ timeout: 1 }),
  };
}
