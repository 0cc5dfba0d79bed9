import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@heptathlon/db/connect';

/**
 * PostgreSQL's own account of what it reads: exact, but late
 * (https://www.postgresql.org/docs/18/monitoring-stats.html#MONITORING-STATS-VIEWS). A connection tells what
 * it has read
 *
 * - when it becomes idle, but only if it has not told anything for 1 s: while there is load, the account is
 *   behind by up to a second of it;
 * - when it has then been idle for 10 s (`PGSTAT_IDLE_INTERVAL`): after the load, the last second is missing
 *   for so long, and nobody can ask another's connection for it (`pg_stat_force_next_flush` is about one's own);
 * - when it is closed: as soon as a server has stopped, the account is complete.
 *
 * So one reading before a server starts and one after it has stopped prove all that it answered in between.
 */
export interface Rows {
  /**
   * Rows of `world` that were read by now, one by one. A scan of the whole table counts as one row: nobody
   * who has all rows in memory shall seem to have asked for each.
   */
  read(): Promise<number>;
  /**
   * Reads until there are so many rows, for what is told late: at once where all is told, at the cost of
   * all the patience only where rows are missing indeed.
   *
   * @param rows as `read` counts them
   * @param patience in ms; by default, what an idle connection takes to tell
   * @returns what was read in the end
   */
  readUntil(rows: number, patience?: number): Promise<number>;
  close(): Promise<void>;
}

/** What an idle connection takes to tell what it has read, and some more, in ms. */
const IDLE = 11_000;
const POLL = 50;

/** @param databaseUrl of a prepared database */
export function openRows(databaseUrl: string): Rows {
  const sql = connect(databaseUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const rows: Rows = {
    async read() {
      const [found] = await sql<{ rows: string }[]>`
        select coalesce(idx_tup_fetch, 0) + coalesce(seq_scan, 0) as rows
        from pg_stat_user_tables where relid = to_regclass('public.world')`;
      if (!found) throw new Error('PostgreSQL tells of no table world');
      return Number(found.rows);
    },
    async readUntil(expected, patience = IDLE) {
      const deadline = performance.now() + patience;
      let read = await rows.read();
      while (read < expected && performance.now() < deadline) {
        await sleep(POLL);
        read = await rows.read();
      }
      return read;
    },
    close: () => sql.end({ timeout: 1 }),
  };
  return rows;
}
