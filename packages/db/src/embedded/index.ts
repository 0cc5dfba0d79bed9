import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { prepareDatabase } from '../prepare.js';
import { type Cluster, findPrograms, openCluster, type Programs } from './cluster.js';
import { freePort } from './free-port.js';

export { freePort } from './free-port.js';

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /** The URL of a seeded database. */
  url: string;
  /** The postmaster's process id; the backends are its children. */
  pid: number;
  /** PostgreSQL's version, for example `18.4`. */
  version: string;
  /**
   * Makes a database anew, dropping one of that name.
   *
   * @param options.seeded whether it holds the rows of the rule book (the default) or nothing
   * @returns its URL
   */
  createDatabase(name: string, options?: { seeded?: boolean }): Promise<string>;
  /** Stops PostgreSQL, ending the connections that are open, and waits until it is gone. */
  stop(): Promise<void>;
}

/** More clusters than anybody runs side by side. */
const MAX_CLUSTERS = 64;

/**
 * Starts a real PostgreSQL, seeded, on a free port of 127.0.0.1. Its data folder lies in a cache outside
 * the project and is used again; a second one that runs at the same time gets a folder of its own. It
 * stops with this process, however this process ends.
 *
 * @throws {Error} where there is no PostgreSQL for this platform, or it does not start
 */
export async function startEmbeddedPostgres(): Promise<EmbeddedPostgres> {
  const programs = await findPrograms();
  for (let number = 0; number < MAX_CLUSTERS; number++) {
    const cluster = await openCluster(programs, number);
    const server = await startServer(programs, cluster);
    if (server) return connect(server, cluster, programs.version);
  }
  throw new Error(`${MAX_CLUSTERS} embedded PostgreSQL servers are running already`);
}

interface Server {
  guard: ChildProcess;
  pid: number;
  port: number;
}

/** How long a server may take to get ready, in ms. */
const START_TIMEOUT = 60_000;

/** Starts the server of a cluster; undefined where another process runs it already. */
async function startServer(programs: Programs, cluster: Cluster): Promise<Server | undefined> {
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 500,
  };
  const guard = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./guard.js', import.meta.url)),
      JSON.stringify(programs.user),
      programs.postgres,
      ...['-D', cluster.data],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // A group of its own: Ctrl-C in a terminal must not take the database away from a server that drains.
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    },
  );
  const said = await untilReady(guard);
  if (said === READY) {
    const [pid] = readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
    return { guard, pid: Number(pid), port };
  }
  // PostgreSQL's own lock: "is empty" is one that is being written.
  if (/lock file .* (already exists|is empty)/.test(said)) return undefined;
  if (said.includes('Address already in use')) return startServer(programs, cluster);
  throw new Error(`The embedded PostgreSQL did not start: ${said.trim() || 'it said nothing'}`);
}

const READY = 'ready to accept connections';

/** Waits until the server is ready, or has ended; what it says stays with this process. */
function untilReady(guard: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const late = setTimeout(() => guard.stdin?.end(), START_TIMEOUT);
    const listen = (text: string) => {
      said = (said + text).slice(-10_000);
      if (said.includes(READY)) finish(READY);
    };
    guard.stderr?.setEncoding('utf8').on('data', listen);
    guard.once('error', (error) => finish(error.message));
    guard.once('close', () => finish(said));

    function finish(outcome: string): void {
      clearTimeout(late);
      // What it says later is read, lest it wait for a reader, and dropped.
      guard.stderr?.off('data', listen).resume();
      guard.unref();
      for (const stream of [guard.stdin, guard.stderr])
        if (stream instanceof Socket) stream.unref();
      resolve(outcome);
    }
  });
}

async function connect(
  { guard, pid, port }: Server,
  cluster: Cluster,
  version: string,
): Promise<EmbeddedPostgres> {
  const urlOf = (name: string) =>
    `postgres://heptathlon:${cluster.password}@127.0.0.1:${port}/${name}`;

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

  async function stop(): Promise<void> {
    if (guard.exitCode !== null || guard.signalCode !== null) return;
    const gone = new Promise((resolve) => guard.once('exit', resolve));
    guard.ref();
    guard.stdin?.end();
    await gone;
  }

  try {
    const sql = postgres(urlOf('postgres'), { max: 1, onnotice: () => {} });
    const [found] = await sql`select from pg_database where datname = 'heptathlon'`;
    await sql.end();
    if (!found) await createDatabase('heptathlon');
    else await prepareDatabase(urlOf('heptathlon'));
    return { url: urlOf('heptathlon'), pid, version, createDatabase, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
