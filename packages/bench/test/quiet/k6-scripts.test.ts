import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { operations } from '@heptathlon/contract';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { type RunningTarget, startTarget, targetsUnderTest } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { order } from '../../../../k6/lib/order.js';
import { runChild } from '../../src/child.js';
import { runCommand } from '../../src/k6/program.js';
import { k6Path } from '../k6.js';
import { answerRight, answerWrongOnce, serve } from '../stand-in.js';

const events = operations.map(({ operationId }) => operationId);
const { signal } = new AbortController();
let k6: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  k6 = await k6Path();
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

/** Several programs share the machine: a query that waits its turn is no fault of the server. */
const patient = { QUERY_TIMEOUT: '30000' };

function run(event: string, env: Record<string, string>) {
  const script = fileURLToPath(new URL(`../../../../k6/${event}.ts`, import.meta.url));
  return runChild([...runCommand(k6), '--summary-mode=compact', script], {
    signal,
    env: { VUS: '4', DURATION: '1s', RATE: '', ...env },
  });
}

// Several at once, as k6 takes no less than a second: nobody asks how fast they are.
describe.concurrent.each(targetsUnderTest())('$name', (target) => {
  let server: RunningTarget;
  beforeAll(async () => {
    server = await startTarget(target, { databaseUrl: postgres.url, env: patient });
  });
  afterAll(() => server?.stop());

  test.each(events)('%s.ts passes its thresholds', async (event) => {
    const { code, stdout, stderr } = await run(event, { BASE_URL: server.url });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/checks_succeeded\.*: 100\.00%/);
    expect(code).toBe(0);
  });

  test('with a RATE the load is open', async () => {
    const { code, stdout } = await run('db', {
      BASE_URL: server.url,
      RATE: '50',
      VUS: '20',
      DURATION: '1s',
    });
    expect(stdout).toContain('dropped_iterations');
    expect(code).toBe(0);
  });
});

/** Runs a script against a server of our own: one user, so that a stall of the machine is one late answer of many. */
async function runAgainst(
  answer: RequestListener,
  event: string,
  env: Record<string, string> = {},
) {
  const { url } = await serve(answer);
  return run(event, { BASE_URL: url, VUS: '1', DURATION: '2s', ...env });
}

describe.concurrent.each(events)('%s.ts', (event) => {
  test('passes on right answers', async () => {
    const { code, stdout } = await runAgainst(answerRight, event, { QUERIES: '2' });
    expect(stdout).toMatch(/checks_succeeded\.*: 100\.00%/);
    expect(code).toBe(0);
  });

  test('fails on one byte that is wrong, once', async () => {
    const { code } = await runAgainst(answerWrongOnce(), event, { QUERIES: '2' });
    expect(code).toBe(99);
  });
});

test.concurrent('a server that never answers fails', async () => {
  const { code } = await runAgainst(() => {}, 'plaintext');
  expect(code).toBe(99);
});

test.concurrent.each([{ VUS: 'many' }, { DURATION: '5' }, { RATE: '-1' }, { QUERIES: '501' }])(
  '%j is one clear line',
  async (env) => {
    const [name, value] = Object.entries(env)[0] ?? [];
    const { code, stderr } = await run('queries', env as Record<string, string>);
    expect(code).not.toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`${name} must be .*${value}`));
  },
);

test('orders have 1 KB, each is another, and each is JSON as a server would write it', () => {
  const orders = [0, 1, 2, 10, 999, 12_345, 1_000_000, 123_456_789].map(order);
  for (const text of orders) {
    expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(1024 * 0.95);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1.05);
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
  }
  expect(new Set(orders).size).toBe(orders.length);
});
