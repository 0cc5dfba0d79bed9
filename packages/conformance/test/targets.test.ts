import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { type Exit, listTargets, type RunningTarget, startTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases, crossCheck, type DatabaseState, type Report, runSuite } from '../src/index.js';

const targets = listTargets();
const states: DatabaseState[] = ['up', 'down', 'empty'];
const reports = new Map<string, Report>();
const running: RunningTarget[] = [];
/** Those that have ended: one that does so unasked fails all rules, and this tells why. */
const ended: { name: string; exit: Exit; output: string }[] = [];
let postgres: EmbeddedPostgres;

/** Sixteen programs share the machine: a query that waits its turn is no fault of the server. */
const patient = { QUERY_TIMEOUT: '30000' };

/** A database of its own for each: PostgreSQL counts reads by database. */
async function databaseOf(target: string, state: DatabaseState): Promise<string> {
  if (state === 'down') return `postgres://u:p@127.0.0.1:${await freePort()}/none`;
  return postgres.createDatabase(`conformance_${target}_${state}`, { seeded: state === 'up' });
}

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  // Side by side, as most of the time goes by in waiting for PostgreSQL's statistics.
  await Promise.all(
    targets.map(async (target) => {
      for (const state of states) {
        const databaseUrl = await databaseOf(target.name, state);
        const server = await startTarget(target, { databaseUrl, env: patient });
        reports.set(
          `${target.name} ${state}`,
          await runSuite(server.url, { database: state, ...(state === 'up' && { databaseUrl }) }),
        );
        const { exited, output } = server;
        exited.then((exit) => ended.push({ name: target.name, exit, output: output() }));
        if (state === 'up') running.push(server);
        else await server.stop();
      }
    }),
  );
});

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await postgres.stop();
});

test('none ended by itself', () => {
  expect(ended.filter(({ exit }) => exit.code !== 0)).toEqual([]);
  expect(ended).toHaveLength(targets.length * 2);
});

describe.each(targets)('$name', ({ name, breaks = [] }) => {
  const kept = cases.filter(({ rule }) => !breaks.includes(rule));
  test.each(kept)('$rule: $title', ({ rule, database }) => {
    const report = reports.get(`${name} ${database}`);
    const result = report?.results.find((result) => result.rule === rule);
    expect(result?.message).toBeUndefined();
    expect(result?.status).toBe('passed');
  });

  test('breaks what it says that it breaks, and no rule more', () => {
    const broken = states.flatMap((state) =>
      (reports.get(`${name} ${state}`)?.results ?? []).filter(({ status }) => status === 'failed'),
    );
    expect(broken.map(({ rule }) => rule)).toEqual(breaks);
  });
});

test('the cross-check reports no difference', async () => {
  expect(await crossCheck(running.map(({ url }) => url))).toEqual([]);
});
