import { availableParallelism } from 'node:os';
import { cleanEnv, makeValidator, str } from 'envalid';

/** What a server is told by its environment. */
export interface Config {
  /** `HOST`: the address to listen on, 127.0.0.1 by default. */
  host: string;
  /** `PORT`: the port to listen on, 3000 by default; 0 is any that is free. */
  port: number;
  /** `DATABASE_URL`, for example `postgres://user:password@127.0.0.1:5432/heptathlon`. */
  databaseUrl: string;
  /** `POOL_SIZE`: connections to the database, for each worker; 4 by default. */
  poolSize: number;
  /** `QUERY_TIMEOUT`: how long a query may take before the answer is 503, in ms; 1000 by default. */
  queryTimeout: number;
  /** `WORKERS`: processes that serve, 1 (this one) by default; `auto` is one a core. */
  workers: number;
  /** `LOG_LEVEL`: the least important level that is logged, `info` by default. */
  logLevel: string;
}

/** The environment is wrong; the message names each variable and what it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

function wholeNumber(from: number, to: number) {
  return makeValidator((text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new Error(`must be a whole number from ${from} to ${to}, not "${text}"`);
  });
}

const workers = makeValidator((text: string) =>
  text === 'auto' ? availableParallelism() : wholeNumber(1, 1024)()._parse(text),
);

const postgresUrl = makeValidator((text: string) => {
  if (/^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new Error('must be a URL like postgres://user:password@127.0.0.1:5432/heptathlon');
});

/**
 * Reads the configuration. A variable that is empty counts as missing.
 *
 * @throws {ConfigError} where a variable is wrong, or `DATABASE_URL` is missing
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = cleanEnv(
    given,
    {
      HOST: str({ default: '127.0.0.1' }),
      PORT: wholeNumber(0, 65535)({ default: 3000 }),
      DATABASE_URL: postgresUrl({}),
      POOL_SIZE: wholeNumber(1, 1000)({ default: 4 }),
      QUERY_TIMEOUT: wholeNumber(1, 60_000)({ default: 1000 }),
      WORKERS: workers({ default: 1 }),
      LOG_LEVEL: str({
        choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        default: 'info',
      }),
    },
    {
      reporter: ({ errors }) => {
        const lines = Object.entries(errors).map(([name, error]) =>
          given[name] === undefined
            ? `${name} is not set (\`npm run serve\` starts a PostgreSQL and sets it)`
            : `${name} ${error.message}`,
        );
        if (lines.length > 0) throw new ConfigError(lines.join('; '));
      },
    },
  );
  return {
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    poolSize: read.POOL_SIZE,
    queryTimeout: read.QUERY_TIMEOUT,
    workers: read.WORKERS,
    logLevel: read.LOG_LEVEL,
  };
}
