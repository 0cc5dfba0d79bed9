import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cases, type Report, runSuite } from '@heptathlon/conformance';
import { listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose } from './compose.js';

const targets = listTargets();
const reports = new Map<string, Report>();
const running: Compose[] = [];
let overrides: string;

beforeAll(async () => {
  overrides = await mkdtemp(join(tmpdir(), 'heptathlon-docker-'));
  await new Compose('heptathlon-conformance').run(['*'], 'build');
  // Side by side, as most of the time goes by in waiting for PostgreSQL's statistics.
  await Promise.all(targets.map(({ name }) => check(name)));
});

afterAll(async () => {
  await Promise.all(running.map((compose) => compose.down()));
  await rm(overrides, { recursive: true });
});

async function check(target: string): Promise<void> {
  // The suite reads PostgreSQL's own statistics, so a health check must not read beside it.
  const override = join(overrides, `${target}.json`);
  const postgres = { ports: ['127.0.0.1::5432'] };
  const server = { healthcheck: { disable: true } };
  await writeFile(override, JSON.stringify({ services: { postgres, [target]: server } }));

  // Any port, of the engine's choice: one that we had found free another project might take first.
  const project = (env: Record<string, string> = {}) =>
    new Compose(`heptathlon-conformance-${target}`, { PORT: '0', ...env }, [
      'compose.yaml',
      override,
    ]);
  // All targets share the machine: a query that waits its turn is no fault of the server.
  const compose = project({ QUERY_TIMEOUT: '30000' });
  running.push(compose);
  await compose.down();
  await compose.run([target], 'up', '--detach', '--wait');
  const addressOf = async (service: string, port: string) =>
    (await compose.run([], 'port', service, port)).trim();
  const databaseUrl = `postgres://heptathlon:heptathlon@${await addressOf('postgres', '5432')}/heptathlon`;
  const url = `http://${await addressOf('lane', '3000')}`;
  await untilServed(url);
  reports.set(`${target} up`, await runSuite(url, { databaseUrl }));
  // The same with the usual time-out: a database that is gone has to be missed in time.
  await project().run([target], 'up', '--detach', '--wait');
  await untilServed(url);
  await compose.run([target], 'stop', 'postgres');
  reports.set(`${target} down`, await runSuite(url, { database: 'down' }));
}

/** Without a health check `--wait` waits for the container only. */
async function untilServed(url: string): Promise<void> {
  const isServed = () =>
    fetch(`${url}/plaintext`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isServed())) await sleep(50);
}

describe.each(targets)('$name', ({ name, breaks = [] }) => {
  test.each(cases.filter(({ rule, database }) => database !== 'empty' && !breaks.includes(rule)))(
    '$rule: $title',
    ({ rule, database }) => {
      const report = reports.get(`${name} ${database}`);
      const result = report?.results.find((result) => result.rule === rule);
      expect(result?.message).toBeUndefined();
      expect(result?.status).toBe('passed');
    },
  );
});
