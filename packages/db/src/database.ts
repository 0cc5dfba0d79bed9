import { drizzle, eq, sql } from './drizzle.js';
import { openPool } from './pool.js';
import { WORLD_ROWS, world } from './schema.js';
import { createTurns } from './turns.js';
import { isLost } from './unavailable.js';

type World = typeof world.$inferSelect;

/** The pool of connections to `world`. */
export interface Database {
  /**
   * Reads a row picked at random.
   *
   * @throws {DatabaseUnavailable} where the database cannot be reached, does not answer in time, or is waited for by too many
   */
  randomWorld(): Promise<World>;
  /**
   * Reads `count` such rows, each by its own query, the next when the last has answered.
   *
   * @throws {DatabaseUnavailable} where the database cannot be reached, does not answer in time, or is waited for by too many
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
  /** Within how many ms a read has its rows, or fails. */
  queryTimeout: number;
  /** How many may read at once, with those that wait for a connection. */
  queueSize: number;
}

/** Of the time that a read may take, what is left for the answer to be sent. */
const RESERVE = 0.1;

/** How long queries on other connections may take when one of a pool is lost, in seconds. */
const GRACE = 0.1;

/** What a session has to have beside its time-out, whatever the role or the database says. */
export const SETTINGS = {
  // In ms: without it, PostgreSQL goes on with all that it has been sent when nobody waits for it any more.
  client_connection_check_interval: 100,
  // Where `world` is: a role may have another one, or a schema of its own name.
  search_path: 'public',
};

/** Opens a pool. Nothing is sent before the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const { databaseUrl, poolSize, queryTimeout, queueSize } = options;
  const patience = Math.round(queryTimeout * (1 - RESERVE));
  const lateMessage = `no rows after ${patience} ms, and the answer is due within ${queryTimeout} ms (QUERY_TIMEOUT)`;
  let pool = open();

  function open() {
    // Each pool has its own: of one that is given up, the driver never settles some queries, and their readers would count for ever.
    const turns = createTurns({ limit: queueSize, patience, lateMessage });
    const pool = openPool(
      databaseUrl,
      { size: poolSize, patience, turns },
      {
        // A query to a database that is gone fails at once instead of waiting for the next attempt.
        backoff: () => 0,
        connect_timeout: patience / 1000,
        // The server's own `statement_timeout` ends a slow statement.
        connection: {
          ...SETTINGS,
          application_name: 'heptathlon',
          statement_timeout: queryTimeout,
        },
        fetch_types: false,
      },
    );
    const worldById = drizzle(pool.client)
      .select()
      .from(world)
      .where(eq(world.id, sql.placeholder('id')))
      .prepare('world_by_id');
    return { ...pool, turns, worldById };
  }

  async function readWorld(): Promise<World> {
    const id = 1 + Math.floor(Math.random() * WORLD_ROWS);
    const from = pool;
    try {
      const [row] = await from.worldById.execute({ id });
      if (!row) throw new Error(`world has no row ${id}: the database is not seeded`);
      return row;
    } catch (error) {
      // What the driver had half read of a connection it would tell to the first query of the next.
      if (from === pool && isLost(error)) {
        pool = open();
        void from.end(GRACE);
      }
      throw error;
    } finally {
      from.settle();
    }
  }

  return {
    randomWorld: () => pool.turns.take(readWorld),
    randomWorlds: (count) =>
      pool.turns.take(async (isLate) => {
        const worlds: World[] = [];
        while (worlds.length < count && !isLate()) worlds.push(await readWorld());
        return worlds;
      }),
    close: () => pool.end(1),
  };
}
