import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { type AddressInfo, isIPv6 } from 'node:net';
import { type Logger, pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.js';
import { STOP_TIMEOUT } from './drain.js';
import { superviseWorkers } from './workers.js';

export type Address = Pick<AddressInfo, 'address' | 'port'>;

/** A server that listens. */
export interface Listening {
  /** Where it listens, as Node's `server.address()` says. */
  address: Address | string | null;
  /** Stops accepting, lets requests in flight finish and gives everything back. */
  close(): Promise<void>;
}

/** What serves: the package whose version is logged, and where to look for it. */
export interface Framework {
  /** The package's name, or `node:http`. */
  name: string;
  /** `import.meta.url` of the app. */
  from: string;
}

/** What the end of a process may take by itself, in ms, and that of the one which waits for it. */
const STOP_MARGIN = 500;

/** Bun and Deno name the Node that they are like, too. */
const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;

/**
 * Runs a server until SIGTERM or SIGINT: reads the configuration, starts as many workers as it asks for,
 * logs one line when they listen, and exits 0 after `close`; after an error that nobody caught, 1. A mistake in the configuration ends it with
 * one line and exit code 2, a start that fails with one line and exit code 1.
 *
 * @param start listens, once in each worker
 */
export async function serve(
  framework: Framework,
  start: (config: Config, log: Logger) => Promise<Listening>,
): Promise<void> {
  let config: Config | undefined;
  try {
    config = readConfig();
    const log = createLogger(config.logLevel);
    if (cluster.isWorker || config.workers === 1) {
      const { address, close } = await start(config, log);
      stopInOrder(close, log);
      if (cluster.isPrimary) announce(framework, config, address, log);
      else process.send?.(address);
    } else {
      const { address, close } = superviseWorkers(config, log);
      // Before they listen: some of them answer already.
      stopInOrder(close, log);
      announce(framework, config, await address, log);
    }
  } catch (error) {
    console.error(`${framework.name}: ${explain(error, config)}`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

/** The log of a server: lines of JSON, from a level on. */
export const createLogger = (level: string): Logger => pino({ level, base: { pid: process.pid } });

function announce(
  { name, from }: Framework,
  { workers, poolSize }: Config,
  address: Listening['address'],
  log: Logger,
): void {
  const version = name.startsWith('node:') ? process.versions.node : packageVersion(name, from);
  const url = typeof address === 'object' && address ? urlOf(address) : address;
  const facts = { url, framework: name, version, runtime, workers, poolSize };
  log.info(
    facts,
    `${name} ${version} listens at ${url} (${runtime}, workers ${workers}, pool ${poolSize})`,
  );
}

function urlOf({ address, port }: Address): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** By its place, as a package need not let its package.json be imported. */
function packageVersion(name: string, from: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, from);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/**
 * Closes once and exits: with 0 on a signal, which may come twice, from the terminal and from the program above; with 1
 * after an error that nobody caught. Going on after one is unsafe, as nobody knows what it has left half-done
 * (https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly): what is in flight is answered, and
 * another process takes over, started by `superviseWorkers`, Docker or Kubernetes.
 */
function stopInOrder(close: () => Promise<void>, log: Logger): void {
  let stopping = false;
  let exitCode = 0;
  const stop = async (code: number) => {
    exitCode ||= code;
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.warn(`not everything has ended within ${STOP_TIMEOUT / 1000} s: leaving it`);
      process.exit(exitCode);
    }, STOP_TIMEOUT - STOP_MARGIN).unref();
    try {
      await close();
      process.exit(exitCode);
    } catch (error) {
      console.error(explain(error));
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught: stopping');
    void stop(1);
  });
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'a rejection that nobody caught: stopping');
    void stop(1);
  });
}

/** Runtimes agree on the code of an error, and not on what else it tells. */
function explain(error: unknown, config?: Config): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const place = `${config?.host}:${config?.port}`;
  if (code === 'EADDRINUSE') {
    return `${place} is in use. Stop the program that listens there, or set PORT.`;
  }
  if (code === 'EACCES') return `${place} is not allowed to this user. Set PORT.`;
  if (code === 'EADDRNOTAVAIL') return `${config?.host} is no address of this machine. Set HOST.`;
  return error.message;
}
