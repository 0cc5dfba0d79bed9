import { fileURLToPath } from 'node:url';
import { operations } from '@heptathlon/contract';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { findTarget, type RunningTarget, startTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mix, operationOf } from '../../../../k6/lib/mix.js';
import { runChild } from '../../src/child.js';
import { runCommand } from '../../src/k6/program.js';
import { durationOf, listScenarios, mixedThroughput, needsRate } from '../../src/k6/scenario.js';
import { k6Path } from '../k6.js';
import { answerAtMost, answerWrongOnce, serve } from '../stand-in.js';

const { signal } = new AbortController();
let k6: string;

beforeAll(async () => {
  k6 = await k6Path();
});

/** As people run it. */
function run(scenario: string, env: Record<string, string>) {
  const script = fileURLToPath(new URL(`../../../../k6/${scenario}.ts`, import.meta.url));
  const settings = ['VUS', 'DURATION', 'RATE', 'QUERIES', 'EVENT', 'OBJECTIVE', 'MERGE'];
  return runChild([...runCommand(k6), script], {
    signal,
    env: { ...Object.fromEntries(settings.map((name) => [name, ''])), ...env },
  });
}

/** Short, and little enough for a machine that others use too. */
const little: Record<string, Record<string, string>> = {
  mixed: { DURATION: '2s', VUS: '20' },
  burst: { DURATION: '4s', RATE: '100' },
  breakpoint: { DURATION: '2s', RATE: '40', VUS: '100', OBJECTIVE: '100000' },
  connections: { DURATION: '3s', VUS: '20' },
  churn: { DURATION: '1s', RATE: '50' },
  soak: { DURATION: '2s', RATE: '40' },
};

describe.concurrent('a scenario passes on a right server:', () => {
  let postgres: EmbeddedPostgres;
  let server: RunningTarget;
  beforeAll(async () => {
    postgres = await startEmbeddedPostgres();
    // Several of them share the machine: a query that waits its turn is no fault of the server.
    const env = { QUERY_TIMEOUT: '30000' };
    server = await startTarget(findTarget('node'), { databaseUrl: postgres.url, env });
  });
  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  const told: Record<string, RegExp> = {
    mixed: /p99 of plaintext [\d.]+ ms, .*p99 of jsonBody [\d.]+ ms/,
    burst: /p99 before [\d.]+ ms, p99 in the spike [\d.]+ ms/,
    // The objective of `little` cannot be broken.
    breakpoint: /msg="highest rate 80 requests\/s"/,
    connections:
      /capacity at 1 \d+ requests\/s, .*p99 at 16 .*capacity at 20 .*p99 at 20 [\d.]+ ms/,
    churn: /connections [\d.]+ connections\/s, p99 of connecting [\d.]+ ms/,
    soak: /drift of p50 [\d.]+ times, drift of p99 [\d.]+ times/,
  };

  test.each(listScenarios())('%s', async (scenario) => {
    const { code, stdout, stderr } = await run(scenario, {
      BASE_URL: server.url,
      ...little[scenario],
    });
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(told[scenario] as RegExp)]);
    expect(stdout).toMatch(/checks_succeeded\.*: 100\.00%/);
    expect(code).toBe(0);
  });

  test('any of them, with one event', async () => {
    const { code, stdout } = await run('soak', {
      BASE_URL: server.url,
      ...little.soak,
      EVENT: 'params',
    });
    expect(stdout).toContain('body is the id');
    expect(stdout).not.toContain('body is the text');
    expect(code).toBe(0);
  });
});

describe.concurrent('a scenario fails on one byte that is wrong, once:', () => {
  test.each(listScenarios())('%s', async (scenario) => {
    const { url } = await serve(answerWrongOnce());
    const { code, stdout } = await run(scenario, { BASE_URL: url, ...little[scenario] });
    expect(stdout).toMatch(/checks_failed\.*: \S+ +[12] out of/);
    expect(code).toBe(99);
  });
});

test('breakpoint finds what a server can do, and no machine that is late for less than a second misleads it', async () => {
  const { url } = await serve(answerAtMost(200));
  const { stderr } = await run('breakpoint', {
    BASE_URL: url,
    ...{ DURATION: '16s', RATE: '200', OBJECTIVE: '1000' },
  });
  // By the integral of what is sent beyond 200 requests/s, the queue is a second long at 300.
  const knee = Number(/knee ([\d.]+) requests\/s/.exec(stderr)?.[1]);
  expect(knee).toBeGreaterThan(200);
  expect(knee).toBeLessThanOrEqual(340);
});

test('says which scenarios there are, how long they take and what they need', () => {
  expect(listScenarios().filter(needsRate)).toEqual(['mixed', 'burst', 'breakpoint', 'soak']);
  expect(
    listScenarios()
      .map(durationOf)
      .every((seconds) => seconds > 0),
  ).toBe(true);
  expect(() => durationOf('sprint')).toThrow('There is no scenario "sprint".');
});

describe('the mix', () => {
  test('keeps its shares in every hundred requests', () => {
    for (const start of [0, 100, 5000]) {
      const counts = new Map<string, number>();
      for (let number = start; number < start + 100; number++) {
        const operation = operationOf(number);
        counts.set(operation, (counts.get(operation) ?? 0) + 1);
      }
      expect(Object.fromEntries(counts)).toEqual(mix);
    }
    expect(Object.keys(mix).toSorted()).toEqual(
      operations.map(({ operationId }) => operationId).toSorted(),
    );
  });

  test('is as fast as its operations together', async () => {
    const all = (throughput: number) =>
      Object.fromEntries(Object.keys(mix).map((operation) => [operation, throughput]));
    expect(await mixedThroughput(all(1000))).toBeCloseTo(1000);
    // 27 of 100 take ten times as long.
    const mixed = await mixedThroughput({ ...all(1000), queries: 100 });
    expect(mixed).toBeCloseTo(1000 / (0.73 + 2.7));
  });
});

describe.concurrent('what is wrong is said in one clear line:', () => {
  test.each([
    ['mixed', 'VUS', 'many'],
    ['burst', 'RATE', '-1'],
    ['burst', 'EVENT', 'sprint'],
    ['breakpoint', 'OBJECTIVE', 'fast'],
    ['connections', 'DURATION', '0s'],
    ['churn', 'EVENT', 'mixed'],
    ['soak', 'DURATION', '5'],
  ])('%s with %s=%s', async (scenario, name, value) => {
    const { code, stderr } = await run(scenario, { [name]: value });
    expect(code).not.toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`${name} must be .*${value}`));
  });
});
