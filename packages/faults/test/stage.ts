import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { type StartedTarget, startTarget, type Target } from '@heptathlon/targets';
import postgres, { type Sql } from 'postgres';
import { targets } from './rule.js';

/** A target that runs. */
export interface Contender {
  target: Target;
  server: StartedTarget;
  url: string;
}

/** Starts PostgreSQL with data folders that no other test takes while it is down: none that runs beside this one. */
export const startPostgres = (): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ clusters: `faults-${process.env.VITEST_POOL_ID}-` });

/** Does something with each of many, two at a time: more would hold each other up until one is too late. */
export async function inPairs<T, R>(items: T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += 2) {
    results.push(...(await Promise.all(items.slice(at, at + 2).map(act))));
  }
  return results;
}

/**
 * Starts all targets.
 *
 * @param databaseUrl of each
 */
export function startAll(
  databaseUrl: string | ((target: Target) => string),
  env: Record<string, string> = {},
): Promise<Contender[]> {
  return inPairs(targets, async (target) => {
    const server = await startTarget(target, {
      databaseUrl: typeof databaseUrl === 'string' ? databaseUrl : databaseUrl(target),
      env,
    });
    return { target, server, url: server.url };
  });
}

/** Stops them; how each ended is what tests of the end look at. */
export async function stopAll(contenders: Contender[]): Promise<void> {
  await Promise.all(contenders.map(({ server }) => server.stop()));
}

/** Does something on a connection of its own. */
export async function withSql<T>(url: string, act: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    return await act(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** How long after its answer a statement may still run, in ms. */
export const GONE = 300;

/** What our servers have PostgreSQL do at this time. */
export function statementsOf(databaseUrl: string): Promise<string[]> {
  return withSql(databaseUrl, async (sql) => {
    const found = await sql<{ query: string }[]>`
      select query from pg_stat_activity
      where state = 'active' and application_name = 'heptathlon' and datname = current_database()`;
    return found.map(({ query }) => query);
  });
}
