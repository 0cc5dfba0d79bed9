import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { askGit, describeCommit } from '@heptathlon/targets';
import postgres from 'postgres';
import { expect } from 'vitest';
import { costOf } from '../../src/figures.js';
import type { Phase } from '../../src/result.js';
import { bench, readResults, test } from '../bench-process.js';
import { startedBy } from '../started-by.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** As short as it can be, for what does not depend on it. */
const short = ['--warm-up', '0.3', '--duration', '0.3'];

/** Reasons that are a machine's, where others use it. */
const busy =
  /iterations were dropped|requests\/s were reached|the generator is the limit|not one request was answered|the server was not saturated/;

/** Whether a phase was measured; where it is void, that has to be for what others did to the machine, as is on record. */
function wasMeasured(phase: Phase | undefined): boolean {
  expect(phase?.void).not.toBeUndefined();
  const reason = phase?.void ?? null;
  if (reason === null) return true;
  if (reason.startsWith('the machine was taken away')) return false;
  expect(reason).toMatch(busy);
  // On a machine of its own, too, a generator may have less than a server that saturates.
  const isLimit = phase?.load?.rate === null && reason.startsWith('the generator is the limit');
  if (!isLimit) expect(phase?.usage?.othersBusy, reason).toBeGreaterThan(0.2);
  return false;
}

test('a run measures every cell of every round, prints a table, and writes results and report', async ({
  folder,
  out,
}) => {
  const args = ['--targets', 'node', '--events', 'jsonBody,queries', '--rounds', '2'];
  const { stdout, stderr } = await bench([
    ...args,
    '--rate',
    '100',
    '--duration',
    '0.3',
    '--out',
    out,
  ]).ended;
  expect(stderr).toMatch(
    /^node, and node again; jsonBody, queries\n2 rounds, .*: about \d:\d\d min/,
  );
  expect(stderr).toMatch(/k6 does \d+ requests\/s here at most/);
  const results = readResults(out);
  expect(results.generators.map(({ name }) => name)).toEqual(['autocannon', 'k6']);
  const cells = results.cells.map(({ round, name, event }) => `${round} ${name} ${event}`);
  const names = ['1 node', '1 node again', '2 node', '2 node again'];
  expect(cells.toSorted()).toEqual(
    names.flatMap((name) => ['jsonBody', 'queries'].map((event) => `${name} ${event}`)).toSorted(),
  );
  for (const { event, phases, warmUp } of results.cells) {
    expect(warmUp?.trace.length).toBeGreaterThan(1);
    const { saturation, fixedRate } = phases;
    expect(fixedRate?.load).toMatchObject({ rate: 100, errors: 0 });
    if (wasMeasured(fixedRate)) {
      const { max = 0, p50 = 0 } = fixedRate?.load?.latency ?? {};
      expect(max).toBeGreaterThanOrEqual(p50);
      expect(p50).toBeGreaterThan(0);
      expect(costOf(fixedRate)).toBeGreaterThan(1);
    }
    // All took turns.
    expect(saturation?.slices?.length).toBe(results.plan.saturation?.slices);
    const requests = saturation?.slices?.reduce(
      (sum, slice) => sum + (slice.counts ? (slice.requests ?? Number.NaN) : 0),
      0,
    );
    expect(requests).toBe(saturation?.usage?.requests);
    for (const phase of [saturation, fixedRate]) {
      if (!wasMeasured(phase)) continue;
      const { load, usage } = phase ?? {};
      expect(load?.requests).toBeGreaterThan(0);
      expect(usage?.server?.rss).toBeGreaterThan(10 * 2 ** 20);
      // Only `queries` needs the database. The kernel tells user from system time by ticks: in so short a
      // phase either can be all of it.
      const { user = 0, system = 0 } = usage?.postgres ?? {};
      if (event === 'queries') expect(user + system).toBeGreaterThan(1);
    }
  }
  const started = results.starts.map(({ round, name }) => `${round} ${name}`);
  expect(started.toSorted()).toEqual(names);
  for (const { readyAfter, memory, rows } of results.starts) {
    expect(readyAfter).toBeGreaterThan(1);
    expect(memory).toBeGreaterThan(10 * 2 ** 20);
    expect(rows?.read).toBeGreaterThanOrEqual(rows?.answered ?? Number.POSITIVE_INFINITY);
    expect(rows?.answered).toBeGreaterThan(0);
  }
  for (const word of ['jsonBody', 'queries']) expect(stdout).toContain(word);
  // What chance does can be told of an event of which no round is void.
  const byEvent = [...Map.groupBy(results.cells, ({ event }) => event).values()];
  if (byEvent.some((cells) => cells.every(({ phases }) => phases.saturation?.void === null)))
    expect(stdout).toContain('node again against node');
  expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json', 'results.md']);
});

test.runIf(existsSync('/proc')).for([
  ['SIGINT', 130, 'about', 0],
  ['SIGINT', 130, 'round 1, node json:', 1],
  ['SIGTERM', 143, 'round 2, node json:', 2],
] as const)(
  '%s ends it with exit code %i, leaves no process, and keeps what is finished (after "%s")',
  async ([signal, exitCode, after, rounds], { folder, out }) => {
    const args = ['--targets', 'node', '--events', 'json', '--no-control', '--rate', '100'];
    const more = ['--no-proof', '--phases', 'fixed-rate', '--warm-up', '0.5', '--out', out];
    const { child, ended, untilSaid } = bench([...args, ...more], { MARK: folder });
    await untilSaid(after);
    // There is something to leave behind.
    while (startedBy(folder).length < 2) await sleep(20);
    child.kill(signal);
    // As when a terminal and npm both pass it on.
    child.kill(signal);
    const { code } = await ended;
    expect(code).toBe(exitCode);
    expect(startedBy(folder)).toEqual([]);
    const results = readResults(out);
    expect(results.interrupted).toBe(true);
    for (const { phases } of results.cells) wasMeasured(phases.fixedRate);
    expect(results.cells.length).toBe(rounds);
  },
);

test('the databases of contenders are gone when a run has ended', async ({ out }) => {
  const embedded = await startEmbeddedPostgres();
  const sql = postgres(embedded.url, { max: 1 });
  const databases = () => sql`select datname from pg_database order by datname`;
  try {
    const before = await databases();
    const args = ['--targets', 'node', '--events', 'db', '--rounds', '1', '--phases', 'saturation'];
    const more = [...short, '--no-proof', '--no-control', '--out', out];
    const { code } = await bench([...args, ...more], { DATABASE_URL: embedded.url }).ended;
    const { cells, starts } = readResults(out);
    expect(code).toBe(wasMeasured(cells[0]?.phases.saturation) ? 0 : 1);
    expect(starts[0]?.rows?.answered).toBeGreaterThan(0);
    // A run that was killed may have left some behind.
    expect(await databases()).toEqual(before);
  } finally {
    await sql.end();
    await embedded.stop();
  }
});

test('--diagnose also tells event-loop delay and garbage collection, and says that it costs', async ({
  out,
}) => {
  const args = ['--targets', 'fastify', '--events', 'jsonBody', '--rounds', '1', '--no-control'];
  const { stdout } = await bench([...args, '--diagnose', '--phases', 'saturation', '--out', out])
    .ended;
  const phase = readResults(out).cells[0]?.phases.saturation;
  const figures = phase?.figures;
  expect(figures?.['loop delay p99']?.value).toBeGreaterThan(0);
  // Few answers may need no collection.
  if (wasMeasured(phase)) expect(figures?.GC?.value).toBeGreaterThan(0);
  expect(figures?.heap?.value).toBeGreaterThan(5);
  // On a busy machine the cell may be void, and its columns are not shown.
  expect(stdout).toMatch(/loop delay p99 ms .* GC ms\/s +heap MiB|void: .* something else used/s);
  expect(stdout).toContain('a probe in the servers cost them time');
});

const history = describeCommit(root);

test.runIf(history.commit === null)(
  'without a history there is nothing to build aside: one clear line, exit code 2',
  async ({ out }) => {
    const { code, stderr } = await bench(['--preset', 'gate', '--out', out]).ended;
    expect(stderr).toMatch(/^--against HEAD\^: there is no history to compare with: .*\.\n$/);
    expect(code).toBe(2);
  },
);

test.runIf(history.commit !== null)(
  'the servers of another commit are built aside, and compared with ours, whatever a hook of git has set',
  async ({ folder, out }) => {
    const args = ['--against', 'HEAD', '--targets', 'node', '--events', 'plaintext', '--no-proof'];
    // Long enough for turns that a stall of the machine leaves.
    const long = ['--warm-up', '0.3', '--duration', '0.8'];
    const more = ['--phases', 'saturation', '--rounds', '2', ...long, '--out', out];
    const head = askGit(root, 'symbolic-ref', 'HEAD');
    const env = { GIT_DIR: join(root, '.git'), GIT_WORK_TREE: root, TMPDIR: folder };
    const { stdout, stderr } = await bench([...args, ...more], env).ended;
    expect(stderr).toMatch(/^building the servers of [0-9a-f]{7,} aside\n/);
    const { plan, targets, cells } = readResults(out);
    expect(targets.map(({ name }) => name)).toEqual(['node', `node@${plan.against}`]);
    expect(cells).toHaveLength(6);
    // A machine that is busy may make figures void, a build that is wrong would end the servers.
    const reasons = cells.map(({ phases }) => phases.saturation?.void ?? '');
    expect(reasons.filter((reason) => /did not start|died/.test(reason))).toEqual([]);
    expect(stdout).toMatch(
      /(no difference to|than in|compared with|can tell nothing about) [0-9a-f]{7,}/,
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('heptathlon-'))).toEqual([]);
    expect(describeCommit(root).commit).toBe(history.commit);
    expect(askGit(root, 'symbolic-ref', 'HEAD')).toBe(head);
  },
);

test('a server that does not keep the rule book is measured where it need not', async ({
  folder,
  out,
}) => {
  const source = `require('node:http').createServer((_, response) => response.end('Hello, World!'))
    .listen(process.env.PORT, process.env.HOST)`;
  const file = join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ other: { command: [process.execPath, '-e', source] } }));
  const args = ['--targets-file', file, '--targets', 'other', '--events', 'plaintext'];
  const more = ['--rounds', '1', '--phases', 'saturation', '--no-control', ...short, '--out', out];
  const proved = await bench([...args, ...more]).ended;
  expect(proved.code).toBe(1);
  expect(readResults(out).cells[0]?.phases.saturation?.void).toMatch(
    /^it breaks the rule book: .*\(--no-proof measures it all the same\)$/,
  );
  const { stdout } = await bench([...args, ...more, '--no-proof']).ended;
  expect(readResults(out).cells[0]?.phases.saturation?.usage?.requests).toBeGreaterThan(100);
  expect(stdout).toMatch(/unproved: no server had to keep the rule book/);
});
