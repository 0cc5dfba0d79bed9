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

/** `npm run soak`, and what came of it. */
function run(args: string[]) {
  const child = spawn(process.execPath, [program, 'soak', ...args], {
    env: { ...process.env, DATABASE_URL: '', MARK: folder },
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

/** All of them, but for 503 where this machine is busy with something else. */
function expectRight({ sent, right, excused, wrong, dropped, examples }: Answers) {
  expect(right / sent).toBeGreaterThan(0.7);
  expect(right + excused + wrong).toBeLessThanOrEqual(sent);
  for (const { why } of examples) expect(why).toMatch(/^status 503/);
  expect(dropped).toBe(0);
}

test.concurrent('a server that leaks memory and descriptors grows, and the same without the leak is steady', async () => {
  const healthy = findTarget('node');
  const [node = '', ...args] = healthy.command;
  const fixture = new URL('../fixtures/leaking.js', import.meta.url).href;
  const leaking = { ...healthy, name: 'leaking', command: [node, '--import', fixture, ...args] };
  const plan = {
    ...{ seed: 1, duration: 7, warmUp: 2, interval: 0.2 },
    ...{ faultInterval: null, saturation: 1.5, sideBySide: 2 },
  };
  const targets = [healthy, leaking];
  const results = await runSoak({ targets, plan, out: undefined }, root, signal);
  const verdicts = (name: string) =>
    Object.fromEntries(
      judge(results)
        .filter((finding) => finding.name === name)
        .map(({ metric, verdict }) => [metric.name, verdict]),
    );
  expect(verdicts('leaking')).toMatchObject({ heap: 'grows', descriptors: 'grows' });
  expect(verdicts('node')).toMatchObject({ descriptors: 'steady', connections: 'steady' });
  // After two seconds its code is still being compiled.
  expect(verdicts('node').heap).toMatch(/^(steady|drifts)$/);
  for (const { answers, capacity, rate, died, at, samples } of results.servers) {
    expect(died).toBeNull();
    // All connections are open from the first answers on: a busy machine opens none later.
    const first = samples.descriptors[at.findIndex((second) => second > 1)];
    expect(first).toBeGreaterThan(CONNECTIONS);
    expect(rate).toBeGreaterThan(1);
    expect(rate).toBeLessThanOrEqual(Math.round(capacity / 4));
    // What was sent in 7 s.
    expect(answers.sent / (rate * 7)).toBeGreaterThan(0.95);
    expectRight(answers);
    expect(answers.excused).toBe(0);
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
