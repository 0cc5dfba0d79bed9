import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cluster, Programs } from './cluster.js';
import { freePort } from './free-port.js';
import { childrenOf, end, halt, orphansOf, signal } from './processes.js';

/** PostgreSQL's processes, and what can happen to them. */
export interface Server {
  port: number;
  /** The postmaster's process id, another one after each start. */
  readonly pid: number;
  /**
   * Starts it again where it was stopped or killed: same port, same data.
   *
   * @throws {Error} where it does not start, or another process runs it by now
   */
  start(): Promise<void>;
  /** Stops it in order, ending the connections that are open, and waits until nothing of it is left, where it was killed too. */
  stop(): Promise<void>;
  /** Ends all its processes at once (SIGKILL), and waits until they are gone. */
  kill(): Promise<void>;
  /** Halts all its processes (SIGSTOP): connections stay, and nothing is answered. */
  pause(): Promise<void>;
  /** Lets them go on (SIGCONT). */
  resume(): Promise<void>;
}

/** The server of a cluster, on a free port; undefined where another process runs it already. */
export async function startServer(
  programs: Programs,
  cluster: Cluster,
): Promise<Server | undefined> {
  const port = await freePort();
  let running = await launch(programs, cluster, port);
  if (running === 'port in use') return startServer(programs, cluster);
  if (running === 'data in use') return undefined;
  let { guard, pid } = running;
  let endedInOrder = false;
  const hasEnded = () => guard.exitCode !== null || guard.signalCode !== null;
  const processes = async () => [pid, ...(await childrenOf(pid))];

  async function resume(): Promise<void> {
    if (!hasEnded()) for (const each of await processes()) signal(each, 'SIGCONT');
  }

  async function start(): Promise<void> {
    if (!hasEnded()) return;
    running = await launch(programs, cluster, port);
    if (typeof running === 'string') throw new Error(`PostgreSQL did not start again: ${running}`);
    ({ guard, pid } = running);
    endedInOrder = false;
  }

  return {
    port,
    get pid() {
      return pid;
    },
    start,
    async stop() {
      // One that was killed has left shared memory, which only a start takes away.
      if (hasEnded() && !endedInOrder) await start().catch(() => {});
      if (hasEnded()) return;
      endedInOrder = true;
      const gone = new Promise((resolve) => guard.once('exit', resolve));
      await resume();
      guard.ref();
      guard.stdin?.end();
      await gone;
    },
    async kill() {
      if (hasEnded()) return;
      // The postmaster first: one that it starts in between would keep the shared memory, and the next one from starting.
      await halt(pid);
      await end(await processes());
      while (!hasEnded()) await sleep(5);
    },
    async pause() {
      if (hasEnded()) return;
      await halt(pid);
      for (const each of await childrenOf(pid)) signal(each, 'SIGSTOP');
    },
    resume,
  };
}

interface Running {
  guard: ChildProcess;
  pid: number;
}

/** How long a server may take to get ready, in ms. */
const START_TIMEOUT = 60_000;

/** How long processes of an earlier one that cannot be told from others may take to end by themselves, in ms. */
const LEFTOVER_TIMEOUT = 10_000;

async function launch(
  programs: Programs,
  cluster: Cluster,
  port: number,
  giveUpAt = performance.now() + LEFTOVER_TIMEOUT,
): Promise<Running | 'port in use' | 'data in use'> {
  const settings = {
    cluster_name: nameOf(cluster),
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
    return { guard, pid: Number(pid) };
  }
  // PostgreSQL's own lock: "is empty" is one that is being written.
  if (/lock file .* (already exists|is empty)/.test(said)) return 'data in use';
  if (said.includes('Address already in use')) return 'port in use';
  if (said.includes('pre-existing shared memory block')) {
    await endLeftovers(cluster, giveUpAt);
    return launch(programs, cluster, port, giveUpAt);
  }
  throw new Error(`The embedded PostgreSQL did not start: ${said.trim() || 'it said nothing'}`);
}

/**
 * Ends what has outlived the postmaster of a cluster, such as a backend that was halted or busy when that was killed:
 * it keeps the shared memory, and with it every other postmaster from starting.
 */
async function endLeftovers(cluster: Cluster, giveUpAt: number): Promise<void> {
  const left = await orphansOf(nameOf(cluster));
  await end(left);
  if (left.length > 0) return;
  if (performance.now() > giveUpAt) {
    throw new Error(
      `The embedded PostgreSQL did not start: processes of an earlier one, which was killed, still use ${cluster.data}. End them: they are called "postgres: ...".`,
    );
  }
  await sleep(100);
}

/** Stands before the title of each of its processes, by which those that outlive their postmaster are found. */
function nameOf({ data }: Cluster): string {
  return `heptathlon-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
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
