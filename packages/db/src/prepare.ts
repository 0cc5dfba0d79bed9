import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Sql } from 'postgres';
import { type Address, connect, readDatabaseUrl } from './connect.js';
import { SETTINGS } from './database.js';
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
 * @throws {DatabaseUrlError} where it is none
 * @throws {ForeignDataError} where the database holds anything that Heptathlon did not make
 * @throws {Error} naming host and cause, where it cannot be reached, or servers could not work with it
 */
export async function prepareDatabase(url: string): Promise<void> {
  const address = readDatabaseUrl(url);
  const options = { max: 1, connect_timeout: 5, onnotice: () => {} };
  const open = () => connect(url, { ...options, connection: SETTINGS });
  const [sql, other] = [open(), open()];
  try {
    await refusePooler(sql, other);
    // Drizzle commits what it finds begun, so that a failure leaves nothing, not even its own schema.
    await sql`begin`;
    await takeTurn(sql);
    await refuseForeignTables(sql);
    await migrate(drizzle(sql), { migrationsFolder });
    await sql`begin`;
    await takeTurn(sql);
    const isNew = await seed(sql);
    await sql`commit`;
    // Hint bits and statistics are written now, not by autovacuum in the middle of a measurement.
    if (isNew) await sql`vacuum (analyze) world`;
  } catch (error) {
    throw explain(error, address);
  } finally {
    await Promise.all([sql, other].map((each) => each.end({ timeout: 5 })));
  }
}

/** Until the transaction ends: a lock of the session's would outlive it behind a pooler. */
const takeTurn = (sql: Sql) => sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`;

const POOLER =
  'a pooler such as PgBouncer is in between, which drops the settings of a session or shares connections between transactions. Give the address of PostgreSQL itself: each server has a pool of its own';

/** Servers rely on a session of their own, with its settings and its prepared statements. */
async function refusePooler(one: Sql, other: Sql): Promise<void> {
  const ask = (sql: Sql) => sql<[{ pid: number; interval: string; path: string }]>`
    select pg_backend_pid() as pid, current_setting('search_path') as path,
      current_setting('client_connection_check_interval') as interval`;
  // One after the other: a pooler gives the second what the first has given back.
  const [first] = await ask(one);
  const [second] = await ask(other);
  const isSet = first.interval === '100ms' && first.path === SETTINGS.search_path;
  if (first.pid === second.pid || !isSet) throw new Error(POOLER);
}

/** An error in one line: which database, PostgreSQL's own reason, and what to do about it. */
function explain(error: unknown, { place, database, user }: Address): Error {
  if (error instanceof ForeignDataError) {
    return new ForeignDataError(
      `${place} is left as it is, because ${error.message}. Set DATABASE_URL to an empty database.`,
    );
  }
  let cause = error instanceof Error ? error : new Error(String(error));
  // Drizzle's says which query failed, and hides why.
  while (cause.cause instanceof Error) cause = cause.cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const [db, role] = [quoted(database), user ? quoted(user) : 'its user'];
  const reason =
    code === '42501'
      ? `${message}. As its owner: GRANT CREATE ON DATABASE ${db} TO ${role}; GRANT CREATE ON SCHEMA public TO ${role}`
      : /unrecognized .* "client_connection_check_interval"/.test(message)
        ? 'it is older than PostgreSQL 14, and has no client_connection_check_interval. Use PostgreSQL 14 or later'
        : /unsupported startup parameter/.test(message)
          ? POOLER
          : message || code;
  return new Error(`${place} cannot be prepared: ${reason}.`, { cause });
}

async function refuseForeignTables(sql: Sql): Promise<void> {
  const relations = await sql<{ name: string }[]>`
    select format('%I.%I', nspname, relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where not exists (
      select from pg_depend
      where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e'
    ) and nspname !~ '^pg_' and nspname <> 'information_schema' and relkind in ('r', 'p', 'v', 'm', 'f')
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
