import postgres from 'postgres';

/** PostgreSQL's own account of what it reads. */
export interface Rows {
  /**
   * Rows of `world` that were read so far. A connection tells the statistics what it has read when it is
   * idle, at most once a second, and when it is closed: the count is complete once the server has stopped
   * (https://www.postgresql.org/docs/18/monitoring-stats.html).
   */
  read(): Promise<number>;
  /** PostgreSQL's version. */
  version(): Promise<string>;
  close(): Promise<void>;
}

/** @param databaseUrl of a prepared database */
export function openRows(databaseUrl: string): Rows {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  return {
    async read() {
      const [found] = await sql<{ rows: string }[]>`
        select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
        from pg_stat_user_tables where relname = 'world'`;
      return Number(found?.rows ?? 0);
    },
    async version() {
      const [found] = await sql<{ version: string }[]>`
        select split_part(current_setting('server_version'), ' ', 1) as version`;
      return found?.version ?? 'unknown';
    },
    close: () => sql.end(),
  };
}
