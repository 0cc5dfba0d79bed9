import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cases, type Report, runSuite } from '@heptathlon/conformance';
import { listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, docker } from './compose.js';

let overrides: string;
beforeAll(async () => {
  overrides = await mkdtemp(join(tmpdir(), 'heptathlon-docker-'));
});
afterAll(() => rm(overrides, { recursive: true }));

/** Waits until something holds; it ends what hangs, and judges nothing. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 240_000; !(await holds()); await sleep(100)) {
    if (Date.now() > deadline) throw new Error(`not within 240 s: ${what}`);
  }
}

const isServed = (url: string) =>
  fetch(`${url}/plaintext`).then(
    ({ ok }) => ok,
    () => false,
  );

/** How long an answer may take, in ms, and a request: many programs share the machine. */
const PATIENCE = 60_000;

describe.each(listTargets())('$name', ({ name, breaks = [] }) => {
  const reports = new Map<string, Report>();
  let compose: Compose;
  let url: string;

  const addressOf = async (service: string, port: string) =>
    (await compose.run([], 'port', service, port)).trim();

  /** Without a health check `--wait` waits for the container only. */
  async function up(queryTimeout: string): Promise<void> {
    // Any port, of the engine's choice: one that we had found free another project might take first.
    const late = { HEADERS_TIMEOUT: String(PATIENCE), REQUEST_TIMEOUT: String(PATIENCE) };
    await compose
      .with({ PORT: '0', POOL_SIZE: '4', ...late, QUERY_TIMEOUT: queryTimeout })
      .up(name);
    url = `http://${await addressOf('lane', '3000')}`;
    await until(`${name} serves`, () => isServed(url));
  }

  /** Asks PostgreSQL; ends with its answer. */
  const psql = async (sql: string) => {
    const command = `psql -h 127.0.0.1 -U heptathlon -d heptathlon -Atc "${sql}"`;
    const { stdout, stderr } = await compose.shell('postgres', command);
    return stdout.trim() || stderr;
  };

  beforeAll(async () => {
    // The suite reads PostgreSQL's own statistics, so a health check must not read beside it.
    const override = join(overrides, `${name}.json`);
    const postgres = { ports: ['127.0.0.1::5432'] };
    const server = { healthcheck: { disable: true } };
    await writeFile(override, JSON.stringify({ services: { postgres, [name]: server } }));
    compose = new Compose(`heptathlon-conformance-${name}`, ['compose.yaml', override]);
    await compose.down();

    // Where time is not what is judged, a query that waits its turn is no fault of the server.
    await up(String(PATIENCE));
    const databaseUrl = `postgres://heptathlon:heptathlon@${await addressOf('postgres', '5432')}/heptathlon`;
    reports.set('up', await runSuite(url, { databaseUrl, patience: PATIENCE }));
  });
  afterAll(() => compose.down());

  const judged = (state: string) =>
    cases.filter(({ rule, database }) => database === state && !breaks.includes(rule));
  const judge = (rule: string, state: string) => {
    const result = reports.get(state)?.results.find((result) => result.rule === rule);
    expect(result?.message).toBeUndefined();
    expect(result?.status).toBe('passed');
  };

  test.each(judged('up'))('$rule: $title', ({ rule }) => judge(rule, 'up'));

  test('docker stop lets requests in flight finish, and the exit code is 0', async () => {
    const asleep = `wait_event = 'PgSleep'`;
    // They are in flight for sure, as they wait for a table that is locked.
    const locked = psql('begin; lock table world; select pg_sleep(600)');
    const backends = async (event: string) =>
      Number(await psql(`select count(*) from pg_stat_activity where ${event}`));
    await until('the table is locked', async () => (await backends(asleep)) === 1);
    const answers: Promise<Response>[] = [];
    // One after the other: those that arrive together may share a connection to the database.
    for (const rows of [1, 2, 3]) {
      answers.push(fetch(`${url}/queries?count=${rows}`));
      await until(
        `${rows} wait`,
        async () => (await backends(`wait_event_type = 'Lock'`)) === rows,
      );
    }
    const stopped = docker(['stop', compose.container(name)]);
    await until('the server takes no more', async () => !(await isServed(url)));
    await psql(`select pg_terminate_backend(pid) from pg_stat_activity where ${asleep}`);
    await locked;
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toHaveLength(index + 1);
    }
    await stopped;
    expect(await compose.inspect(name, '{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe('0 false');
  });

  describe('without its database', () => {
    beforeAll(async () => {
      // The usual time-out: a database that is gone has to be missed in time.
      await up('1000');
      await compose.run([name], 'stop', 'postgres');
      reports.set('down', await runSuite(url, { database: 'down' }));
    });
    test.each(judged('down'))('$rule: $title', ({ rule }) => judge(rule, 'down'));
  });
});
