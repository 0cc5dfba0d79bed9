// `npm run database`, and what prepares a database for servers that are started by other means (docker, k8s).
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { DatabaseUrlError } from './connect.js';
import { prepareDatabase } from './prepare.js';
import { WORLD_ROWS } from './schema.js';
import { randomNumber } from './seed.js';

const help = `Gives a server of yours its database: an embedded PostgreSQL, prepared, until Ctrl-C; or prepares another one.

usage: npm run database [-- URL]

URL: postgres://user:password@host:port/name, an empty database, or one that was prepared before;
     DATABASE_URL takes its place

Exit code: 0, 1 where the database cannot be prepared or started, 2 for a mistake in the command.`;

const table = `table world, ${WORLD_ROWS} rows:
  id             integer  primary key, 1 to ${WORLD_ROWS}
  random_number  integer  not null, ${randomNumber}`;

process.exitCode = await main();

async function main(): Promise<number> {
  // Taken before anything is started, so that no signal falls into a gap.
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    if (positionals.length > 1) throw new DatabaseUrlError('Name one database at most.');
    const given = positionals[0] ?? process.env.DATABASE_URL;
    if (!given) return await runEmbedded(stop.signal);
    await prepareDatabase(given);
    console.log(`The database is migrated and seeded.\n${table}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    const isMistake = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    return isMistake || error instanceof DatabaseUrlError ? 2 : 1;
  }
}

/** Starts a PostgreSQL of our own, says where it is, and stops it when it is told to. */
async function runEmbedded(signal: AbortSignal): Promise<number> {
  // Images have none of its programs.
  const { startEmbeddedPostgres } = await import('./embedded/index.js');
  console.error('starting PostgreSQL ...');
  const server = await startEmbeddedPostgres();
  try {
    // Nothing else keeps this process.
    const idle = setInterval(() => {}, 1000);
    if (!signal.aborted) {
      console.log(`PostgreSQL ${server.version}, until Ctrl-C: ${server.url}\n${table}`);
      await once(signal, 'abort');
    }
    clearInterval(idle);
    return 0;
  } finally {
    await server.stop();
  }
}
