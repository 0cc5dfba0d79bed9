import { expect, test } from 'vitest';
import { countCores } from '../src/cores.js';
import { ConfigError, readConfig } from '../src/index.js';

const DATABASE_URL = 'postgres://u:p@127.0.0.1:5432/db';

test('everything but the database has a default', () => {
  expect(readConfig({ DATABASE_URL, PORT: '' })).toEqual({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: DATABASE_URL,
    poolSize: 1,
    queryTimeout: 1000,
    queueSize: 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    workers: 1,
    logLevel: 'info',
  });
});

test('what is given is taken', () => {
  const env = {
    DATABASE_URL,
    PORT: '0',
    HOST: '::1',
    POOL_SIZE: '8',
    QUERY_TIMEOUT: '250',
    QUEUE_SIZE: '16',
    HEADERS_TIMEOUT: '1000',
    REQUEST_TIMEOUT: '2000',
    KEEP_ALIVE_TIMEOUT: '3000',
    WORKERS: 'auto',
    LOG_LEVEL: 'warn',
  };
  expect(readConfig(env)).toEqual({
    host: '::1',
    port: 0,
    databaseUrl: DATABASE_URL,
    poolSize: 8,
    queryTimeout: 250,
    queueSize: 16,
    headersTimeout: 1000,
    requestTimeout: 2000,
    keepAliveTimeout: 3000,
    workers: countCores(),
    logLevel: 'warn',
  });
});

test('headers may take no longer than the whole request', () => {
  expect(readConfig({ DATABASE_URL, REQUEST_TIMEOUT: '5000' }).headersTimeout).toBe(5000);
});

test.each([
  [{ POOL_SIZE: '0' }, 'POOL_SIZE must be a whole number from 1 to 1000, not "0"'],
  [{ POOL_SIZE: 'ten' }, 'POOL_SIZE must be a whole number from 1 to 1000, not "ten"'],
  [{ POOL_SIZE: '1e2' }, 'POOL_SIZE must be a whole number from 1 to 1000, not "1e2"'],
  [{ QUERY_TIMEOUT: '0' }, 'QUERY_TIMEOUT must be a whole number from 1 to 60000, not "0"'],
  [{ QUEUE_SIZE: '0' }, 'QUEUE_SIZE must be a whole number from 1 to 1000000, not "0"'],
  [{ REQUEST_TIMEOUT: '99' }, 'REQUEST_TIMEOUT must be a whole number from 100 to 3600000'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536"'],
  [{ WORKERS: '-1' }, 'WORKERS must be a whole number from 1 to 1024 or "auto", not "-1"'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL Value "loud" not in choices'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a URL like postgres://'],
  [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL must be a URL like postgres://'],
  [{ DATABASE_URL: '' }, 'DATABASE_URL is not set'],
])('%j is refused in one line', (env, message) => {
  const read = () => readConfig({ DATABASE_URL, ...env });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
  expect(read).not.toThrow('\n');
});
