import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTarget, listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, docker, folder, freePort } from './compose.js';

const targets = listTargets().map(({ name }) => name);
const scripts = readdirSync(join(folder, '../k6')).filter((name) => name.endsWith('.ts'));

/** How long a server may take from `up` to healthy, its image built and the engine clean, in ms. */
const START_LIMIT = 60_000;
/** What an image may hold beside its base, in bytes; the base has Node. */
const SIZE_LIMIT = 60_000_000;
const RUNTIME_LIMIT = 120_000_000;

const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const compose = new Compose('heptathlon-targets', { PORT: String(port) });

beforeAll(async () => {
  await compose.down();
  await compose.run(['*'], 'build');
});
afterAll(() => compose.down());

describe.each(targets)('%s', (target) => {
  let startedAt: number;
  let healthyAt: number;
  beforeAll(async () => {
    await compose.down();
    startedAt = Date.now();
    await compose.run([target], 'up', '--detach', '--wait');
    healthyAt = Date.now();
  });

  test('is healthy within 60 s on a clean engine', async () => {
    expect(await compose.inspect(target, '{{.State.Health.Status}}')).toBe('healthy');
    expect(healthyAt - startedAt).toBeLessThan(START_LIMIT);
  });

  test.each(scripts)('k6 runs %s', async (script) => {
    // A burst knows how many users it needs for its rate.
    const size = script === 'burst.ts' ? 'RATE=50' : 'VUS=4';
    const environment = ['-e', 'DURATION=1s', '-e', size];
    const args = ['run', '--quiet', '--no-usage-report', '--summary-mode=compact', script];
    const { code, stdout, stderr } = await compose.try(
      [target],
      ...['run', '--rm', '--no-TTY', ...environment, 'k6', ...args],
    );
    expect(`${stdout}${stderr}`).toMatch(/checks_succeeded\.*: 100\.00%/);
    expect(code).toBe(0);
  });

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

  test('docker stop lets requests in flight finish, and the exit code is 0', async () => {
    const requests = Array.from({ length: 20 }, () => fetch(`${url}/queries?count=500`));
    await sleep(100);
    const stoppedAt = Date.now();
    await docker(['stop', compose.container(target)]);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 200));
    for (const answer of answers) expect(await answer.json()).toHaveLength(500);
    expect(await compose.inspect(target, '{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe(
      '0 false',
    );
  });
});

test('another profile replaces the server on the same port and leaves the database alone', async () => {
  const [first = '', second = ''] = targets;
  await compose.down();
  await compose.run([first], 'up', '--detach', '--wait');
  const postgres = await compose.inspect('postgres', '{{.Id}} {{.State.StartedAt}}');
  for (const [next, previous] of [
    [second, first],
    [first, second],
  ] as const) {
    await compose.run([next], 'up', '--detach', '--wait');
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
