import postgres from 'postgres';
import { prepareDatabase } from '../prepare.js';
import { type Cluster, findPrograms, openCluster } from './cluster.js';
import { type Server, startServer } from './server.js';

export { freePort } from './free-port.js';
export { childrenOf } from './processes.js';

/** A running PostgreSQL of our own, which can be taken away (`stop`, `kill`, `pause`) and brought back. */
export interface EmbeddedPostgres extends Server {
  /** The URL of a seeded database. */
  url: string;
  /** PostgreSQL's version, for example `18.4`. */
  version: string;
  /**
   * Makes a database anew, dropping one of that name.
   *
   * @param options.seeded whether it holds the rows of the rule book (the default) or nothing
   * @returns its URL
   */
  createDatabase(name: string, options?: { seeded?: boolean }): Promise<string>;
}

/** More clusters than anybody runs side by side. */
const MAX_CLUSTERS = 64;

/**
 * Starts a real PostgreSQL, seeded, on a free port of 127.0.0.1. Its data folder lies in a cache outside
 * the project and is used again; a second one that runs at the same time gets a folder of its own. It
 * stops with this process, however this process ends.
 *
 * @param options.clusters a name: the data folders are others than those that are used without it, as for
 *   one that is stopped and started again, whose folder nobody else must take in between
 * @throws {Error} where there is no PostgreSQL for this platform, or it does not start
 */
export async function startEmbeddedPostgres({ clusters = '' } = {}): Promise<EmbeddedPostgres> {
  const programs = await findPrograms();
  for (let number = 0; number < MAX_CLUSTERS; number++) {
    const cluster = await openCluster(programs, `${clusters}${number}`);
    const server = await startServer(programs, cluster);
    if (server) return connect(server, cluster, programs.version);
  }
  throw new Error(`${MAX_CLUSTERS} embedded PostgreSQL servers are running already`);
}

async function connect(
  server: Server,
  cluster: Cluster,
  version: string,
): Promise<EmbeddedPostgres> {
  const urlOf = (name: string) =>
    `postgres://heptathlon:${cluster.password}@127.0.0.1:${server.port}/${name}`;

  async function createDatabase(name: string, { seeded = true } = {}): Promise<string> {
    const sql = postgres(urlOf('postgres'), { max: 1, onnotice: () => {} });
    try {
      await sql`drop database if exists ${sql(name)} with (force)`;
      await sql`create database ${sql(name)}`;
    } finally {
      await sql.end();
    }
    if (seeded) await prepareDatabase(urlOf(name));
    return urlOf(name);
  }

  try {
    const sql = postgres(urlOf('postgres'), { max: 1, onnotice: () => {} });
    const [found] = await sql`select from pg_database where datname = 'heptathlon'`;
    await sql.end();
    if (!found) await createDatabase('heptathlon');
    else await prepareDatabase(urlOf('heptathlon'));
    const more = { url: urlOf('heptathlon'), version, createDatabase };
    // Not copied: the process id is read anew each time.
    return Object.assign(server, more);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
