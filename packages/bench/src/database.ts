import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
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
  /** A contender's own database: the same one each time that it is asked for. */
  of(contender: string): Promise<OwnDatabase>;
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
    of: own.of,
    async stop() {
      await own.close();
      await embedded?.stop();
    },
  };
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
