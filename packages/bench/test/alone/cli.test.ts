import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { costOf } from '../../src/figures.js';
import type { Results } from '../../src/result.js';
import { startedBy } from '../started-by.js';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  out = join(folder, 'results.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function bench(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, '--out', out, ...args], {
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]).then(
    ([[code], stdout]) => ({
      code,
      stdout,
      stderr: said,
    }),
  );
  return { child, ended, said: () => said };
}

const readResults = (): Results => JSON.parse(readFileSync(out, 'utf8'));

test('a run measures every cell of every round, prints a table, and writes results and report', async () => {
  const args = ['--targets', 'node,fastify', '--events', 'jsonBody,queries', '--rounds', '2'];
  const { stdout, stderr } = await bench([...args, '--rate', '100']).ended;
  expect(stderr).toMatch(
    /^node, fastify, and node again; jsonBody, queries\n2 rounds, .*: about \d:\d\d min/,
  );
  expect(stderr).toMatch(/k6 does \d+ requests\/s here at most/);
  const results = readResults();
  expect(results.generators.map(({ name }) => name)).toEqual(['autocannon', 'k6']);
  const cells = results.cells.map(({ round, name, event }) => `${round} ${name} ${event}`);
  const names = [1, 2].flatMap((round) =>
    ['fastify', 'node again', 'node'].map((name) => `${round} ${name}`),
  );
  expect(cells.toSorted()).toEqual(
    names.flatMap((name) => ['jsonBody', 'queries'].map((event) => `${name} ${event}`)),
  );
  for (const { event, phases, warmUp } of results.cells) {
    expect(warmUp?.trace.length).toBeGreaterThan(1);
    const { saturation, fixedRate } = phases;
    expect(fixedRate?.void).toBeNull();
    expect(fixedRate?.load).toMatchObject({ rate: 100, dropped: 0, errors: 0 });
    const { max = 0, p50 = 0 } = fixedRate?.load?.latency ?? {};
    expect(max).toBeGreaterThanOrEqual(p50);
    expect(p50).toBeGreaterThan(0);
    // All took turns.
    expect(saturation?.slices?.length).toBe(results.plan.saturation?.slices);
    const requests = saturation?.slices?.reduce(
      (sum, slice) => sum + (slice.counts ? slice.requests : 0),
      0,
    );
    expect(requests).toBe(saturation?.usage?.requests);
    expect(costOf(fixedRate)).toBeGreaterThan(1);
    for (const phase of [saturation, fixedRate]) {
      const { load, usage } = phase ?? {};
      expect(load?.requests).toBeGreaterThan(10);
      expect(usage?.server?.rss).toBeGreaterThan(10 * 2 ** 20);
      // Only `queries` needs the database.
      if (event === 'queries') expect(usage?.postgres?.user).toBeGreaterThan(1);
    }
  }
  const started = results.starts.map(({ round, name }) => `${round} ${name}`);
  expect(started.toSorted()).toEqual(names.toSorted());
  for (const { readyAfter, memory, rows } of results.starts) {
    expect(readyAfter).toBeGreaterThan(1);
    expect(memory).toBeGreaterThan(10 * 2 ** 20);
    expect(rows?.read).toBeGreaterThanOrEqual(rows?.answered ?? Number.POSITIVE_INFINITY);
    expect(rows?.answered).toBeGreaterThan(1000);
  }
  for (const word of ['jsonBody', 'queries', 'fastify', 'node again against node']) {
    expect(stdout).toContain(word);
  }
  expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json', 'results.md']);
});

test('--diagnose also tells event-loop delay and garbage collection, and says that it costs', async () => {
  const args = ['--targets', 'fastify', '--events', 'jsonBody', '--rounds', '1', '--no-control'];
  const { stdout } = await bench([...args, '--diagnose', '--phases', 'saturation']).ended;
  const figures = readResults().cells[0]?.phases.saturation?.figures;
  expect(figures?.['loop delay p99']?.value).toBeGreaterThan(0);
  expect(figures?.GC?.value).toBeGreaterThan(0);
  expect(figures?.heap?.value).toBeGreaterThan(5);
  expect(stdout).toMatch(/loop delay p99 ms .* GC ms\/s +heap MiB/);
  expect(stdout).toContain('a probe in the servers cost them time');
});

test('--dry-run says what would be done, and does nothing', async () => {
  const { code, stderr } = await bench(['--dry-run', '--preset', 'full']).ended;
  expect(stderr).toMatch(/^express, .*, and express again; plaintext, .*\n10 rounds, .* min\n$/);
  expect(code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(existsSync('/proc')).each([50, 1000, 1700, 2500, 3500, 5000])(
  'SIGINT after %i ms ends it, whatever it is doing, and leaves no process',
  async (milliseconds) => {
    const args = ['--targets', 'node,fastify', '--events', 'json,db', '--rate', '100'];
    const { child, ended } = bench([...args, '--rounds', '1'], { MARK: folder });
    await sleep(milliseconds);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    // Before it listens to signals it has nothing to leave behind.
    expect(milliseconds < 100 ? [null, 130] : [130]).toContain(code);
    expect(stderr).not.toContain('    at ');
    expect(startedBy(folder)).toEqual([]);
  },
);

test.runIf(existsSync('/proc')).each([
  ['SIGINT', 130, 'about', 0],
  ['SIGINT', 130, 'round 1, node json:', 1],
  ['SIGTERM', 143, 'round 2, node json:', 2],
] as const)(
  '%s ends it with exit code %i, leaves no process, and keeps what is finished (after "%s")',
  async (signal, exitCode, after, rounds) => {
    const args = ['--targets', 'node', '--events', 'json', '--no-control', '--rate', '100'];
    const { child, ended, said } = bench(args, { MARK: folder });
    while (!said().includes(after)) await sleep(20);
    // There is something to leave behind.
    while (startedBy(folder).length < 2) await sleep(20);
    child.kill(signal);
    // As when a terminal and npm both pass it on.
    child.kill(signal);
    const { code } = await ended;
    expect(code).toBe(exitCode);
    expect(startedBy(folder)).toEqual([]);
    const results = readResults();
    expect(results.interrupted).toBe(true);
    expect(results.cells.every(({ phases }) => phases.fixedRate?.void === null)).toBe(true);
    expect(results.cells.length).toBe(rounds);
  },
);

test('--resume completes an interrupted run to the same plan, and keeps what was finished', async () => {
  const args = ['--targets', 'node,hono', '--events', 'json', '--rounds', '2', '--seed', '3'];
  const { child, ended, said } = bench([...args, '--phases', 'saturation']);
  while (!said().includes('round 1, hono json')) await sleep(20);
  child.kill('SIGINT');
  expect((await ended).stdout).toContain(`--resume ${out}`);
  const interrupted = readResults();
  const resumed = await bench(['--resume', out]).ended;
  expect(resumed.stdout).not.toContain('--resume');
  const results = readResults();
  expect(results.plan).toEqual(interrupted.plan);
  expect(results.interrupted).toBe(false);
  expect(interrupted.cells).toHaveLength(3);
  expect(results.cells.slice(0, 3)).toEqual(interrupted.cells);
  expect(results.cells).toHaveLength(6);
});

test.each([
  [['--targets', 'nonsense'], 'There is no target "nonsense". Targets: express, fastify,'],
  [['--events', 'nonsense'], 'There is no event "nonsense". Events: plaintext, json,'],
  [['--generator', 'ab'], 'There is no generator "ab". Generators: autocannon, wrk, k6'],
  [['--phases', 'x'], 'There is no phase "x". Phases: saturation, fixed-rate'],
  [['--duration', '0'], '--duration must be seconds from 0.1 to 3600, not "0"'],
  [['--rate', '0'], '--rate must be a whole number from 1 to 1000000, not "0"'],
  [['--preset', 'x'], 'There is no preset "x". Presets: full, gate, pool, quick, workers'],
  [['--rounds', 'x'], '--rounds must be a whole number from 1 to 1000, not "x"'],
  [['--workers', 'x'], '--workers must be a whole number from 1 to 1024, not "x"'],
  [
    ['--targets', 'node,hono-bun', '--diagnose'],
    '--diagnose looks into Node only, and hono-bun runs on Bun ',
  ],
  [['--resume', '/nowhere.json'], '/nowhere.json cannot be read (ENOENT).'],
  [['--nonsense'], "Unknown option '--nonsense'. See npm run bench -- --help"],
])('%j is one clear line, exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await bench(args).ended;
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('k6 that is asked for and not there is one clear line, exit code 1', async () => {
  const env = { PATH: '/nowhere', HEPTATHLON_CACHE: folder };
  const { code, stderr } = await bench(['--generator', 'k6'], env).ended;
  expect(stderr).toMatch(/^k6 is not installed\. Install it .* or use --generator autocannon\.\n$/);
  expect(code).toBe(1);
});

test('without k6 there is no fixed rate, and the bench says so', async () => {
  const env = { PATH: '/nowhere', HEPTATHLON_CACHE: folder };
  const { stderr } = await bench(['--dry-run'], env).ended;
  expect(stderr).toContain(
    'k6 is not there: no fixed rate, hence no latency that a user would see.',
  );
  expect(stderr).not.toContain('at one rate');
});

test('a database user that may create none is one clear line, exit code 1', async () => {
  const embedded = await startEmbeddedPostgres();
  const sql = postgres(embedded.url, { max: 1, onnotice: () => {} });
  try {
    await sql`drop database if exists bench_test`;
    await sql`drop role if exists bench_test`;
    await sql`create role bench_test login password 'secret'`;
    await sql`create database bench_test owner bench_test`;
    const url = new URL(embedded.url);
    url.username = 'bench_test';
    url.password = 'secret';
    url.pathname = '/bench_test';
    const { code, stderr } = await bench(['--targets', 'node'], { DATABASE_URL: url.href }).ended;
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^A database for each contender cannot be made: permission denied to create database\. Let /,
    );
    expect(code).toBe(1);
  } finally {
    await sql`drop database bench_test`;
    await sql`drop role bench_test`;
    await sql.end();
    await embedded.stop();
  }
});

test('the databases of contenders are gone when a run has ended', async () => {
  const embedded = await startEmbeddedPostgres();
  const sql = postgres(embedded.url, { max: 1 });
  const databases = () => sql`select datname from pg_database order by datname`;
  try {
    const before = await databases();
    const args = ['--targets', 'node', '--events', 'db', '--rounds', '1', '--phases', 'saturation'];
    const { code } = await bench(args, { DATABASE_URL: embedded.url }).ended;
    expect(code).toBe(0);
    expect(readResults().starts[0]?.rows?.answered).toBeGreaterThan(100);
    // A run that was killed may have left some behind.
    expect(await databases()).toEqual(before);
  } finally {
    await sql.end();
    await embedded.stop();
  }
});

test('a database that cannot be reached is one clear line, exit code 1', async () => {
  const { code, stderr } = await bench([], {
    DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
  }).ended;
  expect(stderr.trim().split('\n').at(-1)).toMatch(
    /^The database x at 127\.0\.0\.1:1 cannot be prepared: /,
  );
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(1);
});

test('the servers of another commit are built aside, and compared with ours', async () => {
  const built = () =>
    readdirSync(tmpdir()).filter((name) => /^heptathlon-[0-9a-f]{7,}-/.test(name));
  const before = built();
  const args = ['--against', 'HEAD', '--targets', 'node', '--events', 'plaintext', '--rounds', '2'];
  const { stdout, stderr } = await bench([...args, '--phases', 'saturation', '--duration', '0.3'])
    .ended;
  expect(stderr).toMatch(/^building the servers of [0-9a-f]{7,} aside\n/);
  const { plan, targets, cells } = readResults();
  expect(targets.map(({ name }) => name)).toEqual(['node', `node@${plan.against}`]);
  expect(cells).toHaveLength(6);
  for (const { phases } of cells) expect(phases.saturation?.usage?.requests).toBeGreaterThan(100);
  expect(stdout).toMatch(/(no difference to|than in|compared with) [0-9a-f]{7,}/);
  expect(built()).toEqual(before);
}, 300_000);

test('a commit that is not there is one clear line, exit code 2', async () => {
  const { code, stderr } = await bench(['--against', 'nowhere']).ended;
  expect(stderr).toMatch(/^--against nowhere: there is no such commit here .*\n$/);
  expect(code).toBe(2);
});

test('a server that does not keep the rule book is measured where it need not', async () => {
  const source = `require('node:http').createServer((_, response) => response.end('Hello, World!'))
    .listen(process.env.PORT, process.env.HOST)`;
  const file = join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ other: { command: [process.execPath, '-e', source] } }));
  const args = ['--targets-file', file, '--targets', 'other', '--events', 'plaintext'];
  const more = ['--rounds', '1', '--phases', 'saturation', '--no-control'];
  const proved = await bench([...args, ...more]).ended;
  expect(proved.code).toBe(1);
  expect(readResults().cells[0]?.phases.saturation?.void).toMatch(/^it breaks the rule book: /);
  const { stdout } = await bench([...args, ...more, '--no-proof']).ended;
  expect(readResults().cells[0]?.phases.saturation?.usage?.requests).toBeGreaterThan(100);
  expect(stdout).toMatch(/unproved: no server had to keep the rule book/);
});
