import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@heptathlon/db/connect';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { prepareDatabase } from '@heptathlon/db/prepare';
import { endAll } from '@heptathlon/targets';
import { openRows, type Rows } from './sample/rows.js';

/** The PostgreSQL of a run. */
export interface RunDatabase {
  /** Of a prepared database. */
  url: string;
  /** undefined where it is not ours. */
  pid: number | undefined;
  version: string;
  /** Halts it, and lets it go on, where it is ours. */
  halt: Pick<EmbeddedPostgres, 'pause' | 'resume'> | undefined;
  /** A contender's own database: the same one each time that it is asked for. */
  of(contender: string): Promise<OwnDatabase>;
  /** @throws {Error} in one line, where it does not answer */
  check(): Promise<void>;
  /** Never fails: what cannot be tidied up is left. */
  stop(): Promise<void>;
}

/**
 * A prepared database that one contender alone uses: contenders are open side by side, and PostgreSQL
 * counts the rows that it reads by database.
 */
export interface OwnDatabase {
  url: string;
  /** What PostgreSQL itself says that it has read. */
  rows: Rows;
}

/** The PostgreSQL of `DATABASE_URL`, prepared, or the embedded one. */
export async function openDatabase(given = process.env.DATABASE_URL): Promise<RunDatabase> {
  const embedded = given ? undefined : await startEmbeddedPostgres();
  const url = embedded?.url ?? given ?? '';
  if (!embedded) await prepareDatabase(url);
  const own = openOwn(url);
  const database: RunDatabase = {
    url,
    pid: embedded?.pid,
    version: embedded?.version ?? '',
    halt: embedded,
    of: own.of,
    check: own.check,
    async stop() {
      await inTime(own.close()).catch(() => {});
      if (given && own.left.size > 0) {
        console.error(
          `Left at your PostgreSQL: ${[...own.left].join(', ')}. The next run removes it, or DROP DATABASE does.`,
        );
      }
      await endAll(() => embedded?.stop());
    },
  };
  try {
    await own.removeLeftovers();
    database.version ||= await own.version();
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** How long PostgreSQL may take to answer, in ms: longer than a checkpoint on a slow disk. */
const PATIENCE = 15_000;

async function inTime<T>(work: PromiseLike<T>): Promise<T> {
  const late = new AbortController();
  const timeout = sleep(PATIENCE, undefined, { signal: late.signal }).then(() => {
    throw new Error(`not within ${PATIENCE / 1000} s`);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    late.abort();
  }
}

const PREFIX = 'heptathlon_bench_';

/**
 * Makes databases beside the one of a URL. Their names begin with the run's, which is what its session is called: so
 * others see whether the run still goes on.
 */
function openOwn(url: string) {
  const run = PREFIX + randomBytes(4).toString('hex');
  const sql = connect(url, {
    ...{ max: 1, fetch_types: false, max_lifetime: null, onnotice: () => {} },
    connection: { application_name: run },
  });
  const made = new Map<string, Promise<OwnDatabase>>();
  /** Names of what is there, or may be. */
  const left = new Set<string>();
  async function make(name: string): Promise<OwnDatabase> {
    left.add(name);
    try {
      // Whatever the user's own template has in it.
      await sql`create database ${sql(name)} template template0`;
    } catch (error) {
      const { message } = error as Error;
      throw new Error(
        `A database for each contender cannot be made: ${message}. Let the user of DATABASE_URL create databases, or leave it out for the embedded PostgreSQL.`,
        { cause: error },
      );
    }
    const there = new URL(url);
    there.pathname = `/${name}`;
    await prepareDatabase(there.href);
    return { url: there.href, rows: openRows(there.href) };
  }
  return {
    left,
    of(contender: string): Promise<OwnDatabase> {
      const found = made.get(contender) ?? make(`${run}_${made.size}`);
      made.set(contender, found);
      return found;
    },
    /** Drops what runs that were killed have left behind: databases of this user that no session has to do with. */
    async removeLeftovers(): Promise<void> {
      const found = await sql<{ name: string }[]>`
        select datname as name from pg_database
        where starts_with(datname, ${PREFIX}) and datdba = current_user::regrole and not exists (
          select from pg_stat_activity
          where datid = pg_database.oid or application_name = regexp_replace(datname, '_[0-9]+$', ''))`;
      for (const { name } of found) {
        await sql`drop database if exists ${sql(name)}`.catch(({ message }) =>
          console.error(`${name}, which a run that was killed has left, stays: ${message}.`),
        );
      }
    },
    async check(): Promise<void> {
      try {
        await inTime(sql`select 1`);
      } catch (error) {
        throw new Error(`PostgreSQL does not answer any more (${(error as Error).message})`, {
          cause: error,
        });
      }
    },
    async version(): Promise<string> {
      const [found] = await sql<{ version: string }[]>`
        select split_part(current_setting('server_version'), ' ', 1) as version`;
      return found?.version ?? 'unknown';
    },
    /** Drops them. */
    async close(): Promise<void> {
      const open = await Promise.allSettled(made.values());
      for (const own of open) if (own.status === 'fulfilled') await own.value.rows.close();
      for (const name of left) {
        // One that cannot be dropped keeps no other: `left` says which.
        await sql`drop database if exists ${sql(name)} with (force)`.then(
          () => left.delete(name),
          () => {},
        );
      }
      await sql.end({ timeout: 5 });
    },
  };
}
