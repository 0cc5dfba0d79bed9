import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { prepareDatabase } from '@heptathlon/db/prepare';

/** The database of a run. */
export interface RunDatabase {
  url: string;
  /** undefined where it is not ours. */
  pid: number | undefined;
  version: string;
  stop(): Promise<void>;
}

/** The database of `DATABASE_URL`, prepared, or the embedded one. */
export async function openDatabase(given = process.env.DATABASE_URL): Promise<RunDatabase> {
  if (!given) {
    const embedded: EmbeddedPostgres = await startEmbeddedPostgres();
    return embedded;
  }
  await prepareDatabase(given);
  return { url: given, pid: undefined, version: 'of DATABASE_URL', stop: async () => {} };
}
