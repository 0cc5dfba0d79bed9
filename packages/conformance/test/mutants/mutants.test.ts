import { Agent } from 'node:http';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { findTarget, type RunningTarget, startTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATIENCE, patient } from '../../scripts/prove.js';
import { cases, crossCheck, type DatabaseState, runSuite } from '../../src/index.js';
import { httpMutants, rawHttpMutants } from './http-mutants.js';
import { mutants as apiMutants, rawMutants as byteMutants } from './mutants.js';
import { forward, startProxy, startRawProxy } from './proxy.js';

const mutants = [...apiMutants, ...httpMutants];
const rawMutants = [...byteMutants, ...rawHttpMutants];

let postgres: EmbeddedPostgres;
let databaseUrl: string;
let right: Record<DatabaseState, RunningTarget>;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  databaseUrl = await postgres.createDatabase('mutants');
  const start = (databaseUrl: string) =>
    startTarget(findTarget('node'), { databaseUrl, env: patient });
  right = {
    up: await start(databaseUrl),
    down: await start(`postgres://u:p@127.0.0.1:${await freePort()}/none`),
    empty: await start(await postgres.createDatabase('mutants_empty', { seeded: false })),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(right).map((server) => server.stop()));
  await postgres.stop();
});

const failedRules = async (...args: Parameters<typeof runSuite>) =>
  (await runSuite(...args)).results
    .filter(({ status }) => status === 'failed')
    .map(({ rule }) => rule);

describe('the control: in front of a right server, the proxies break nothing', () => {
  const withoutReads = cases
    .filter(({ rule }) => !rule.startsWith('reads.'))
    .map(({ rule }) => rule);

  test.each(['up', 'down', 'empty'] as const)('HTTP, database %s', async (database) => {
    const proxy = await startProxy(right[database].url);
    // This proxy reads a body to its end before it sends it on: a mutant of its own.
    const only = withoutReads.filter((rule) => rule !== 'body.limit-known');
    const options = { database, databaseUrl, only, patience: PATIENCE };
    expect(await failedRules(proxy.url, options)).toEqual([]);
    proxy.close();
  });

  test('bytes', async () => {
    const proxy = await startRawProxy(right.up.url);
    const options = { databaseUrl, only: withoutReads, patience: PATIENCE };
    expect(await failedRules(proxy.url, options)).toEqual([]);
    proxy.close();
  });
});

test.concurrent.for(mutants)(
  'caught: $name',
  async ({ breaks, database = 'up', mutation }, { expect }) => {
    const proxy = await startProxy(right[database].url, mutation);
    expect(await failedRules(proxy.url, { database, databaseUrl, only: breaks })).toEqual(
      expect.arrayContaining(breaks),
    );
    proxy.close();
  },
);

test.concurrent.for(rawMutants)('caught: $name', async ({ breaks, change }, { expect }) => {
  const proxy = await startRawProxy(right.up.url, change);
  expect(await failedRules(proxy.url, { only: breaks })).toEqual(breaks);
  proxy.close();
});

/** Counted by PostgreSQL, hence on a database that nobody else reads. */
const countedRules = ['reads.single', 'reads.concurrent'];

test.concurrent('caught: a read too many', async ({ expect }) => {
  const url = await postgres.createDatabase('mutants_reads');
  const server = await startTarget(findTarget('node'), { databaseUrl: url, env: patient });
  const agent = new Agent({ keepAlive: true });
  const proxy = await startProxy(server.url, {
    async ask(ask) {
      const one = { method: 'GET', url: '/db', headers: {}, body: Buffer.alloc(0) };
      if (ask.url.startsWith('/template')) await forward(server.url, agent, one);
      return ask;
    },
  });
  const options = { databaseUrl: url, only: countedRules, patience: PATIENCE };
  const { results } = await runSuite(proxy.url, options);
  expect(results.map(({ message }) => message)).toEqual(
    countedRules.map(() => expect.stringContaining('reads of world: expected')),
  );
  proxy.close();
  agent.destroy();
  await server.stop();
});

test('the cross-check finds a byte in which two servers differ', async () => {
  const proxy = await startProxy(right.up.url, {
    reply: (reply, { url }) =>
      url === '/nowhere' ? { ...reply, headers: { ...reply.headers, 'X-Byte': '1' } } : reply,
  });
  const differences = await crossCheck([right.up.url, proxy.url]);
  expect(new Set(differences.map(({ request }) => request.split(' ')[1]))).toEqual(
    new Set(['/nowhere']),
  );
  proxy.close();
});

test('every rule is broken by a mutant', () => {
  const broken = new Set([...mutants, ...rawMutants].flatMap(({ breaks }) => breaks));
  for (const rule of countedRules) broken.add(rule);
  expect(cases.map(({ rule }) => rule).filter((rule) => !broken.has(rule))).toEqual([]);
});
