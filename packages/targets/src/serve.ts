import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { DatabaseUrlError } from '@heptathlon/db/connect';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { prepareDatabase } from '@heptathlon/db/prepare';
import { endAll } from './end-all.js';
import { endWithUs } from './reaper.js';
import { findTarget, listTargets, type Target, UnknownTargetError } from './targets.js';

const help = `Starts one server, on the PostgreSQL of DATABASE_URL or on an embedded one.

usage: npm run serve -- NAME

names: ${listTargets()
  .map(({ name }) => name)
  .join(', ')}

environment:
  PORT          3000
  HOST          127.0.0.1
  DATABASE_URL  postgres://...: an empty database, or one that was prepared before; unset: embedded
  POOL_SIZE     1      connections to the database, for each worker
  QUERY_TIMEOUT 1000   within how many ms rows are there, or the answer is 503
  QUEUE_SIZE    1024   requests that wait for rows at most, for each worker; past it, 503 at once
  WORKERS       1      processes, or "auto" for one a core
  LOG_LEVEL     info   trace, debug, info, warn, error, fatal, silent
  NODE_ENV      production

  how long a client may take, in ms:
  HEADERS_TIMEOUT     10000   for the headers of a request
  REQUEST_TIMEOUT     30000   for a whole request, and silent in the middle of an answer
  KEEP_ALIVE_TIMEOUT  65000   between two requests`;

process.exitCode = await main();

async function main(): Promise<number> {
  let target: Target;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    if (positionals.length !== 1) {
      throw new UnknownTargetError(
        `Name one target: ${listTargets()
          .map(({ name }) => name)
          .join(', ')}`,
      );
    }
    target = findTarget(String(positionals[0]));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  return run(target);
}

/** Runs the target in the foreground; PostgreSQL, where it is ours, goes after it. */
async function run({ command: [program = '', ...args] }: Target): Promise<number> {
  // Taken before anything is started, so that no signal falls into a gap.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  let embedded: EmbeddedPostgres | undefined;
  try {
    const given = process.env.DATABASE_URL;
    if (given) await prepareDatabase(given);
    else embedded = await startEmbeddedPostgres();
    if (stop.signal.aborted) return 0;
    const env = { NODE_ENV: 'production', ...process.env, DATABASE_URL: given || embedded?.url };
    // A group of its own: it gets one signal, from here, and not a second one from the terminal.
    const child = spawn(program, args, { detached: true, stdio: 'inherit', env });
    endWithUs(child);
    stop.signal.addEventListener('abort', () => child.kill('SIGTERM'));
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code ?? 1));
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof DatabaseUrlError ? 2 : 1;
  } finally {
    await endAll(() => embedded?.stop());
  }
}
