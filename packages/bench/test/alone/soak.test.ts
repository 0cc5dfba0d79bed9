import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge } from '../../src/soak/judge.js';
import { CONNECTIONS } from '../../src/soak/load/client.js';
import type { MetricName } from '../../src/soak/metrics.js';
import type { Answers, SoakResults } from '../../src/soak/result.js';
import { runSoak } from '../../src/soak/run.js';
import { startedBy } from '../started-by.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const { signal } = new AbortController();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Time is not the point: on a busy machine rows are waited for, and no 503 is right but that of a fault. */
const patient = { QUERY_TIMEOUT: '8000' };

/** `npm run soak`, and what came of it. */
function run(args: string[]) {
  const child = spawn(process.execPath, [program, 'soak', ...args], {
    env: { ...process.env, ...patient, DATABASE_URL: '', MARK: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]).then(
    ([[code], stdout]) => ({ code, stdout, stderr }),
  );
  return { child, ended, said: () => stderr };
}

/** None is wrong, and there are some. */
function expectRight({ wrong, dropped, examples, right }: Answers) {
  expect({ wrong, dropped, examples }).toEqual({ wrong: 0, dropped: 0, examples: [] });
  expect(right).toBeGreaterThan(0);
}

test.concurrent('a server that leaks is rising in all that it leaks, and the same without the leak in none', async () => {
  const target = findTarget('node');
  const healthy = { ...target, env: { ...target.env, ...patient } };
  const [node = '', ...args] = healthy.command;
  const fixture = new URL('../fixtures/leaking.js', import.meta.url).href;
  const leaking = { ...healthy, name: 'leaking', command: [node, '--import', fixture, ...args] };
  const plan = {
    ...{ seed: 1, duration: 12, warmUp: 2, interval: 0.2 },
    ...{ faultInterval: null, saturation: 1.5, sideBySide: 2 },
  };
  const targets = [healthy, leaking];
  const results = await runSoak({ targets, plan, out: undefined }, root, signal);
  const found = judge(results);
  const of = (server: string, metric: MetricName) =>
    found.find(({ name, ...one }) => name === server && one.metric.name === metric);
  const leaks = ['heap', 'native', 'rss', 'descriptors', 'connections'] as const;
  for (const metric of leaks) {
    expect([metric, of('leaking', metric)?.verdict]).toEqual([metric, 'rising']);
    // After two seconds its code is still being compiled, and a heap rises by that.
    const [own = 0, leak = 0] = ['node', 'leaking'].map((name) => of(name, metric)?.trend?.slope);
    expect({ metric, own, leak }).toSatisfy(() => own < leak / 3);
  }
  // So short a look tells nothing of what is counted, but that it is not known to rise.
  expect(of('node', 'descriptors')?.verdict).toBe('cannot tell');
  expect(of('node', 'connections')?.verdict).toBe('cannot tell');
  for (const { answers, capacity, rate, died, at, samples } of results.servers) {
    expect(died).toBeNull();
    // All connections are open from the first answers on: a busy machine opens none later.
    const first = samples.descriptors[at.findIndex((second) => second > 1)];
    expect(first).toBeGreaterThan(CONNECTIONS);
    expect(rate).toBeGreaterThanOrEqual(1);
    expect(rate).toBeLessThanOrEqual(Math.max(1, Math.round(capacity / 4)));
    // What was sent in 12 s.
    expect(answers.sent / (rate * 12)).toBeGreaterThan(0.95);
    expectRight(answers);
    expect(answers.right).toBe(answers.sent);
  }
});

test.concurrent('on Bun and Deno all is measured, faults or not; Ctrl-C keeps that and leaves nothing behind', async () => {
  const out = join(folder, 'soak.json');
  const { child, ended, said } = run([
    '--minutes',
    '0.5',
    '--targets',
    'hono-bun,hono-deno',
    '--out',
    out,
  ]);
  while (!said().includes('soaking')) await sleep(20);
  await sleep(4500);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  expect(startedBy(folder)).toEqual([]);
  expect(stdout).toContain(`results: ${out}`);
  const { servers, interrupted } = JSON.parse(readFileSync(out, 'utf8')) as SoakResults;
  expect(interrupted).toBe(true);
  expect(servers.map(({ name }) => name)).toEqual(['hono-bun', 'hono-deno']);
  for (const { samples, answers, faults } of servers) {
    // In the warm-up none waits until the one before is not felt any more.
    const [first, second] = faults;
    expect(second?.from).toBeLessThan(first?.to ?? 0);
    // None is null all the time, nor 0.
    for (const values of Object.values(samples)) {
      expect(Math.max(...values.map(Number))).toBeGreaterThan(0);
    }
    expectRight(answers);
  }
});

test.concurrent('a mistake is told in a line', async () => {
  const { code, stderr } = await run(['--targets', 'nobody']).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^There is no target "nobody"\. Targets: .*\n$/);
});
