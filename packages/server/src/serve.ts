import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.js';
import { superviseWorkers } from './workers.js';

/** A server that listens. */
export interface Listening {
  /** Where it listens, as `server.address()` says. */
  address: AddressInfo | string | null;
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

/**
 * Runs a server until SIGTERM or SIGINT: reads the configuration, starts as many workers as it asks for,
 * logs one line when they listen, and exits 0 after `close`. A mistake in the configuration ends it with
 * one line and exit code 2, a start that fails with one line and exit code 1.
 *
 * @param start listens, once in each worker
 */
export async function serve(
  framework: Framework,
  start: (config: Config, log: Logger) => Promise<Listening>,
): Promise<void> {
  try {
    const config = readConfig();
    const log = pino({ level: config.logLevel, base: { pid: process.pid } });
    if (cluster.isWorker || config.workers === 1) {
      const { address, close } = await start(config, log);
      onStopSignal(close);
      if (cluster.isPrimary) announce(framework, config, address, log);
    } else {
      const { address, close } = superviseWorkers(config.workers, log);
      // Before they listen: some of them answer already.
      onStopSignal(close);
      announce(framework, config, await address, log);
    }
  } catch (error) {
    console.error(`${framework.name}: ${explain(error)}`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

function announce(
  { name, from }: Framework,
  { workers, poolSize }: Config,
  address: Listening['address'],
  log: Logger,
): void {
  const version = name.startsWith('node:') ? process.versions.node : packageVersion(name, from);
  const url = typeof address === 'object' && address ? urlOf(address) : address;
  const facts = { url, framework: name, version, node: process.versions.node, workers, poolSize };
  log.info(
    facts,
    `${name} ${version} listens at ${url} (Node ${facts.node}, workers ${workers}, pool ${poolSize})`,
  );
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function packageVersion(name: string, from: string): string {
  const file = findPackageJSON(name, from);
  return file ? JSON.parse(readFileSync(file, 'utf8')).version : 'unknown';
}

/** Closes once and exits. A signal may come twice: from the terminal, and from the program above. */
function onStopSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    try {
      await close();
      process.exit(0);
    } catch (error) {
      console.error(explain(error));
      process.exit(1);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (code === 'EADDRINUSE') {
    return `${address}:${port} is in use. Stop the program that listens there, or set PORT.`;
  }
  if (code === 'EACCES') return `${address}:${port} is not allowed to this user. Set PORT.`;
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine. Set HOST.`;
  return error.message;
}
