import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { prepareDatabase } from '@heptathlon/db/prepare';
import postgres from 'postgres';
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
  return {
    url,
    pid: embedded?.pid,
    version: embedded?.version ?? (await own.version()),
    halt: embedded,
    of: own.of,
    check: own.check,
    async stop() {
      await inTime(own.close()).catch(() => {});
      await embedded?.stop();
    },
  };
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

/** Makes databases beside the one of a URL. */
function openOwn(url: string) {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  const made = new Map<string, Promise<OwnDatabase>>();
  async function make(name: string): Promise<OwnDatabase> {
    try {
      // A run that was killed left it behind. One that goes on has connections, and keeps it.
      await sql`drop database if exists ${sql(name)}`;
      await sql`create database ${sql(name)}`;
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
    of(contender: string): Promise<OwnDatabase> {
      const found = made.get(contender) ?? make(nameOf(made.size));
      made.set(contender, found);
      return found;
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
      for (const [index, own] of [...made.values()].entries()) {
        const found = await own.catch(() => undefined);
        if (!found) continue;
        await found.rows.close();
        await sql`drop database ${sql(nameOf(index))} with (force)`;
      }
      await sql.end({ timeout: 5 });
    },
  };
}

const nameOf = (index: number) => `heptathlon_bench_${index}`;
