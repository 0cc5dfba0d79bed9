import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import postgres, { type Sql } from 'postgres';
import { drizzle } from './drizzle.js';
import { ForeignDataError, seed } from './seed.js';

export { ForeignDataError } from './seed.js';

// CommonJS for the reason that drizzle.ts gives.
const require = createRequire(import.meta.url);
const {
  readMigrationFiles,
}: typeof import('drizzle-orm/migrator') = require('drizzle-orm/migrator');
const {
  migrate,
}: typeof import('drizzle-orm/postgres-js/migrator') = require('drizzle-orm/postgres-js/migrator');

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Any number, as long as every Heptathlon takes the same: two that prepare at once take turns. */
const ADVISORY_LOCK = 0x68657074;

/**
 * Brings a database to the state that the rule book asks for: migrated and seeded. Where it already is,
 * nothing is written.
 *
 * @param url the database's URL (`postgres://user:password@host:port/name`)
 * @throws {ForeignDataError} where the database holds anything that Heptathlon did not make
 * @throws {Error} naming host and cause, where it cannot be reached
 */
export async function prepareDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${ADVISORY_LOCK})`;
    await refuseForeignTables(sql);
    await migrate(drizzle(sql), { migrationsFolder });
    await seed(sql);
  } catch (error) {
    const { host, pathname } = new URL(url);
    const cause = error instanceof Error ? error : new Error(String(error));
    const where = `The database ${decodeURIComponent(pathname.slice(1))} at ${host}`;
    if (cause instanceof ForeignDataError) {
      throw new ForeignDataError(
        `${where} is left as it is, because ${cause.message}. Set DATABASE_URL to an empty database.`,
      );
    }
    throw new Error(
      `${where} cannot be prepared: ${cause.message || ('code' in cause && cause.code)}.`,
      {
        cause,
      },
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function refuseForeignTables(sql: Sql): Promise<void> {
  const relations = await sql<{ name: string }[]>`
    select format('%I.%I', nspname, relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' and relkind in ('r', 'p', 'v', 'm', 'f')
    order by 1`;
  const names = relations.map(({ name }) => name);
  const ours = names.includes('drizzle.__drizzle_migrations') && (await madeByUs(sql));
  const foreign = names.filter(
    (name) => !(ours && ['drizzle.__drizzle_migrations', 'public.world'].includes(name)),
  );
  if (foreign.length > 0) {
    throw new ForeignDataError(
      `it holds what Heptathlon did not make (${foreign.slice(0, 3).join(', ')})`,
    );
  }
}

/** Whether every migration that the database has run is one of ours. */
async function madeByUs(sql: Sql): Promise<boolean> {
  const ours = readMigrationFiles({ migrationsFolder }).map(({ hash }) => hash);
  const [journal] = await sql<[{ foreign: number }]>`
    select count(*)::int as foreign from drizzle.__drizzle_migrations where hash <> all(${ours})`;
  return journal.foreign === 0;
}
