import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { prepareDatabase } from '@heptathlon/db/prepare';
import { openRows, type Rows } from './sample/rows.js';

/** The database of a run. */
export interface RunDatabase {
  url: string;
  /** undefined where it is not ours. */
  pid: number | undefined;
  version: string;
  /** What PostgreSQL itself says that it has read. */
  rows: Rows;
  stop(): Promise<void>;
}

/** The database of `DATABASE_URL`, prepared, or the embedded one. */
export async function openDatabase(given = process.env.DATABASE_URL): Promise<RunDatabase> {
  if (!given) {
    const embedded = await startEmbeddedPostgres();
    const rows = openRows(embedded.url);
    return {
      ...embedded,
      rows,
      async stop() {
        await rows.close();
        await embedded.stop();
      },
    };
  }
  await prepareDatabase(given);
  const rows = openRows(given);
  return {
    url: given,
    pid: undefined,
    version: await rows.version(),
    rows,
    stop: rows.close,
  };
}
