import { setTimeout } from 'node:timers/promises';
import { operations } from '@heptathlon/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { runScenario } from '../../src/k6/scenario.js';
import { k6Path } from '../k6.js';
import { answerAtMost, answerRight, rightAnswer, serve } from '../stand-in.js';

const { signal } = new AbortController();
let k6: string;

beforeAll(async () => {
  k6 = await k6Path();
});

// Side by side: each sends so little that the others are not in its way; but for the last, which two late windows mislead.
/** What the server of a breakpoint can do, in requests/s. */
const CAPACITY = 200;

describe.concurrent('runScenario', () => {
  test('tells load, figures and the CPU time of k6', async () => {
    const { url } = await serve(answerRight);
    const plan = { scenario: 'mixed', url, duration: 2, connections: 20, rate: 200, signal };
    const { load, figures, generator } = await runScenario(k6, plan);
    // Half of the rate, which is what the server can do.
    expect(load.requests).toBeGreaterThan(50);
    expect(load.requests).toBeLessThan(400);
    expect(load).toMatchObject({ errors: 0, dropped: 0 });
    const { max = 0, p50 = Number.NaN } = load.latency ?? {};
    expect(max).toBeGreaterThanOrEqual(p50);
    expect(Object.keys(figures)).toHaveLength(operations.length);
    expect(figures['p99 of db']).toEqual({ value: expect.any(Number), unit: 'ms' });
    expect(generator.user + generator.system).toBeGreaterThan(0);
  });

  test('churn opens a connection for each request', async () => {
    const { url, server } = await serve(answerRight);
    let opened = 0;
    server.on('connection', () => opened++);
    const { load, figures } = await runScenario(k6, {
      scenario: 'churn',
      url,
      duration: 1,
      signal,
    });
    expect(load.requests).toBeGreaterThan(0);
    expect(opened).toBe(load.requests);
    expect(figures.connections).toEqual({ value: expect.any(Number), unit: 'connections/s' });
  });

  test('burst finds how long a server is slow after a spike', async () => {
    // A spike of 0.2 s begins every 3 s: slow is its server until 1 s after the end of each, whatever the machine does.
    // Before the first one 100 requests come each second: the one that is least late tells when the load began.
    let requests = 0;
    let startedAt = Number.POSITIVE_INFINITY;
    const { url } = await serve(async (request, response) => {
      const now = performance.now();
      const right = await rightAnswer(request);
      if (requests < 250) startedAt = Math.min(startedAt, now - 10 * requests++);
      const since = now - startedAt;
      if (since > 3000 && since % 3000 < 1200) await setTimeout(500);
      response.end(right);
    });
    const { load, figures } = await runScenario(k6, {
      scenario: 'burst',
      url,
      duration: 12,
      rate: 500,
      connections: 300,
      signal,
    });
    expect(load).toMatchObject({ errors: 0, dropped: 0 });
    expect(figures.recovery?.unit).toBe('s');
    expect(figures.recovery?.value).toBeGreaterThanOrEqual(0.6);
    expect(figures.recovery?.value).toBeLessThanOrEqual(2);
    expect(figures['p99 in the spike']?.value).toBeGreaterThan(450);
  });

  test('breakpoint finds what a server can do', { concurrent: false }, async () => {
    const { url } = await serve(answerAtMost(CAPACITY));
    const plan = { scenario: 'breakpoint', url, duration: 8, rate: CAPACITY, signal };
    const { load, figures } = await runScenario(k6, plan);
    expect(load.errors).toBe(0);
    expect(figures.knee?.unit).toBe('requests/s');
    // A busy machine breaks the objective of 100 ms earlier.
    expect(figures.knee?.value).toBeGreaterThan(0);
    expect(figures.knee?.value).toBeLessThan(CAPACITY * 1.7);
    expect(figures['highest rate']?.value).toBe(2 * CAPACITY);
  });
});
