import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTarget, listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, docker, folder } from './compose.js';

const targets = listTargets().map(({ name }) => name);
const scripts = readdirSync(join(folder, '../k6')).filter((name) => name.endsWith('.ts'));

/** What an image may hold beside its base, in bytes; the base has Node. */
const SIZE_LIMIT = 60_000_000;
const RUNTIME_LIMIT = 120_000_000;

const compose = new Compose('heptathlon-targets');
/** Any port, of the engine's choice, and a time-out such that no machine is too busy. */
const up = (target: string) => compose.with({ PORT: '0', QUERY_TIMEOUT: '30000' }).up(target);

/** What a script says with MERGE. */
interface Line {
  requests: number;
  failed: number;
  checks: { name: string; passes: number; fails: number }[];
}

/** Runs a script for a second. What is judged is that it runs, and that every answer is right; not how long that took. */
async function load(script: string): Promise<void> {
  // A burst knows how many users it needs for its rate.
  const size = script === 'burst.ts' ? 'RATE=50' : 'VUS=4';
  const environment = ['DURATION=1s', size, 'MERGE=1'].flatMap((variable) => ['-e', variable]);
  const args = ['run', '--quiet', '--no-usage-report', '--no-thresholds', script];
  const stdout = await compose.run([], 'run', '--rm', '--no-TTY', ...environment, 'k6', ...args);
  const { requests, failed, checks }: Line = JSON.parse(stdout);
  expect(requests).toBeGreaterThan(0);
  expect(failed).toBe(0);
  expect(checks.length).toBeGreaterThan(0);
  for (const { name, fails } of checks) expect(fails, name).toBe(0);
}

beforeAll(() => compose.down());
afterAll(() => compose.down());

describe.each(targets)('%s', (target) => {
  beforeAll(async () => {
    await compose.down();
    await up(target);
  });

  test('is healthy', async () => {
    expect(await compose.inspect(target, '{{.State.Health.Status}}')).toBe('healthy');
  });

  // Each script against one server, and against each server all operations.
  test.each(target === 'fastify' ? scripts : ['mixed.ts'])('k6 runs %s', load);

  test('holds at most 60 MB beside its base and its runtime', async () => {
    const base = await docker([
      'history',
      '--format',
      '{{.Size}} {{.CreatedBy}}',
      '--human=false',
      `heptathlon/${target}`,
    ]);
    const layers = base.stdout.trim().split('\n');
    const last = layers.findIndex((layer) => layer.includes('CMD ["node"]'));
    expect(last).toBeGreaterThan(0);
    const added = layers.slice(0, last).reduce((sum, layer) => sum + Number.parseInt(layer, 10), 0);
    expect(added).toBeGreaterThan(1_000_000);
    expect(added).toBeLessThan(SIZE_LIMIT + (findTarget(target).runtime ? RUNTIME_LIMIT : 0));
  });

  test('says what it is in its labels', async () => {
    const { stdout } = await docker([
      'inspect',
      '-f',
      '{{json .Config.Labels}}',
      `heptathlon/${target}`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      'org.opencontainers.image.title': `heptathlon/${target}`,
      'org.opencontainers.image.licenses': 'MIT',
    });
  });
});

test('another profile replaces the server on the same port and leaves the database alone', async () => {
  const [first = '', second = ''] = targets;
  await compose.down();
  await up(first);
  const url = `http://${(await compose.run([], 'port', 'lane', '3000')).trim()}`;
  const postgres = await compose.inspect('postgres', '{{.Id}} {{.State.StartedAt}}');
  for (const [next, previous] of [
    [second, first],
    [first, second],
  ] as const) {
    await up(next);
    expect(await compose.inspect(next, '{{.State.Health.Status}}')).toBe('healthy');
    expect(await compose.inspect(previous, '{{.State.Status}} {{.State.ExitCode}}')).toBe(
      'exited 0',
    );
    expect((await fetch(`${url}/db`)).status).toBe(200);
  }
  expect(await compose.inspect('postgres', '{{.Id}} {{.State.StartedAt}}')).toBe(postgres);
});

test('down leaves nothing', async () => {
  await compose.down();
  const label = `label=com.docker.compose.project=${compose.project}`;
  for (const kind of [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ]) {
    expect((await docker([...kind, '--quiet', '--filter', label])).stdout).toBe('');
  }
});
