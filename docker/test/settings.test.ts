import { afterAll, beforeAll, expect, test } from 'vitest';
import { Compose, docker, freePort } from './compose.js';

const compose = new Compose('heptathlon-settings');
const port = String(await freePort());
/** The time-out is such that no machine is too busy. */
const started = {
  SERVER_CPUS: '1',
  WORKERS: '2',
  PORT: port,
  POSTGRES_MEMORY: '512m',
  QUERY_TIMEOUT: '30000',
};

beforeAll(async () => {
  await compose.down();
  await compose.with(started).up('hono');
});
afterAll(() => compose.down());

/** What runs, with its settings. */
const whatRuns = () =>
  Promise.all(
    ['lane', 'hono', 'postgres'].map((service) =>
      compose.inspect(
        service,
        '{{.Id}} {{.State.StartedAt}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.PortBindings}}',
      ),
    ),
  );

/** The README's command, for a second. */
const load = (profiles: string[], env = {}) =>
  compose
    .with(env)
    .try(
      profiles,
      ...['run', '--rm', '--no-TTY', '-e', 'DURATION=1s', '-e', 'VUS=2', '-e', 'MERGE=1', 'k6'],
      ...['run', '--quiet', '--no-usage-report', '--no-thresholds', 'db.ts'],
    );

test.each([
  [[], {}],
  [['hono'], {}],
  [['express'], { SERVER_CPUS: '2', WORKERS: '1', PORT: '3999', POSTGRES_MEMORY: '1g' }],
])(
  'loading with the profiles %j and the settings %j changes nothing of what runs, and names it',
  async (profiles, env) => {
    const before = await whatRuns();
    const { code, stdout, stderr } = await load(profiles, env);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'db', failed: 0 });
    expect(stderr).toMatch(
      /^k6 loads hono: hono [\d.]+, node [\d.]+, WORKERS=2 POOL_SIZE=1 SERVER_CPUS=1 SERVER_MEMORY=2g SERVER_CPUSET=any$/m,
    );
    expect(await whatRuns()).toEqual(before);
  },
);

test('what is named is what the engine knows of the server', async () => {
  const [, hono, postgres] = await whatRuns();
  expect(hono).toContain(` 1000000000 ${2 * 1024 ** 3} `);
  expect(postgres).toContain(` 2000000000 ${512 * 1024 ** 2} `);
  const { stdout } = await docker(['top', compose.container('hono'), '-eo', 'pid,args']);
  // One that is in charge, and two that serve.
  expect(stdout.match(/server\.js/g)).toHaveLength(3);
});

test('where no server is ready, k6 says so, and starts none', async () => {
  await compose.run(['hono'], 'stop', 'hono');
  const { code, stderr } = await load([]);
  expect(stderr).toMatch(
    /^No server is ready\. Start one first: docker compose --profile fastify up --wait$/m,
  );
  expect(code).toBe(1);
  expect(await compose.inspect('hono', '{{.State.Status}}')).toBe('exited');
});
