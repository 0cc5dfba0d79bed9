import { cleanEnv, makeValidator, str } from 'envalid';
import { countCores } from './cores.js';

/** What a server is told by its environment. */
export interface Config {
  /** `HOST`: the address to listen on, 127.0.0.1 by default. */
  host: string;
  /** `PORT`: the port to listen on, 3000 by default; 0 is any that is free. */
  port: number;
  /** `DATABASE_URL`, for example `postgres://user:password@127.0.0.1:5432/heptathlon`. */
  databaseUrl: string;
  /** `POOL_SIZE`: connections to the database, for each worker; 1 by default. */
  poolSize: number;
  /** `QUERY_TIMEOUT`: within how many ms rows are there, or the answer is 503; 1000 by default. */
  queryTimeout: number;
  /** `QUEUE_SIZE`: requests that wait for rows at most, for each worker; past it, 503 at once. 1024 by default. */
  queueSize: number;
  /** `HEADERS_TIMEOUT`: how long a client may take for the headers of a request, in ms; 10 s by default. */
  headersTimeout: number;
  /** `REQUEST_TIMEOUT`: how long it may take for a whole request, and to read an answer, in ms; 30 s by default. */
  requestTimeout: number;
  /**
   * `KEEP_ALIVE_TIMEOUT`: how long a connection may be idle, in ms; by default 65 s, which is longer than the 60 s of
   * most load balancers: the one that reuses a connection has to be the one that closes it.
   */
  keepAliveTimeout: number;
  /** `WORKERS`: processes that serve, 1 (this one) by default; `auto` is one for each core that it may use, a limit on its CPU time included. */
  workers: number;
  /** `LOG_LEVEL`: the least important level that is logged, `info` by default. */
  logLevel: string;
}

/** The environment is wrong; the message names each variable and what it should be. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** @param others what it may be in place of a number, for the message */
function wholeNumber(from: number, to: number, others = '') {
  return makeValidator((text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new Error(`must be a whole number from ${from} to ${to}${others}, not "${text}"`);
  });
}

const workers = makeValidator((text: string) =>
  text === 'auto' ? countCores() : wholeNumber(1, 1024, ' or "auto"')()._parse(text),
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
      POOL_SIZE: wholeNumber(1, 1000)({ default: 1 }),
      QUERY_TIMEOUT: wholeNumber(1, 60_000)({ default: 1000 }),
      QUEUE_SIZE: wholeNumber(1, 1_000_000)({ default: 1024 }),
      HEADERS_TIMEOUT: wholeNumber(100, 3_600_000)({ default: 10_000 }),
      REQUEST_TIMEOUT: wholeNumber(100, 3_600_000)({ default: 30_000 }),
      KEEP_ALIVE_TIMEOUT: wholeNumber(100, 3_600_000)({ default: 65_000 }),
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
    queueSize: read.QUEUE_SIZE,
    // Headers are part of the request.
    headersTimeout: Math.min(read.HEADERS_TIMEOUT, read.REQUEST_TIMEOUT),
    requestTimeout: read.REQUEST_TIMEOUT,
    keepAliveTimeout: read.KEEP_ALIVE_TIMEOUT,
    workers: read.WORKERS,
    logLevel: read.LOG_LEVEL,
  };
}
