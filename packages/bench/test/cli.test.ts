import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import { bench, readResults, test } from './bench-process.js';
import { startedBy } from './started-by.js';

// What does not depend on how busy the machine is: the rest is in alone/.
describe.concurrent('npm run bench', () => {
  test.runIf(existsSync('/proc')).for([0, 500, 1200, 2000, 3000, 4500])(
    'SIGINT %i ms after its plan ends it, whatever it is doing, and leaves no process',
    async (milliseconds, { folder, out }) => {
      const args = ['--targets', 'node,fastify', '--events', 'json,db', '--rate', '100'];
      const more = ['--rounds', '1', '--out', out];
      const { child, ended, untilSaid } = bench([...args, ...more], { MARK: folder });
      await untilSaid('about');
      await sleep(milliseconds);
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).not.toContain('    at ');
      expect(startedBy(folder)).toEqual([]);
    },
  );

  test.runIf(existsSync('/proc'))(
    'SIGINT before it listens leaves no process',
    async ({ folder, out }) => {
      const { child, ended } = bench(['--out', out], { MARK: folder });
      await sleep(50);
      child.kill('SIGINT');
      // Before that it has nothing to leave behind.
      expect([null, 130]).toContain((await ended).code);
      expect(startedBy(folder)).toEqual([]);
    },
  );

  test('--resume completes an interrupted run to the same plan, and keeps what was finished', async ({
    out,
  }) => {
    const args = ['--targets', 'node,hono', '--events', 'json', '--rounds', '2', '--seed', '3'];
    const short = ['--warm-up', '0.3', '--duration', '0.3', '--no-proof', '--out', out];
    const { child, ended, untilSaid } = bench([...args, '--phases', 'saturation', ...short]);
    await untilSaid('round 1, hono json');
    child.kill('SIGINT');
    expect((await ended).stdout).toContain(`--resume ${out}`);
    const interrupted = readResults(out);
    const resumed = await bench(['--resume', out]).ended;
    expect(resumed.stdout).not.toContain('--resume');
    const results = readResults(out);
    expect(results.plan).toEqual(interrupted.plan);
    expect(results.interrupted).toBe(false);
    expect(interrupted.cells).toHaveLength(3);
    expect(results.cells.slice(0, 3)).toEqual(interrupted.cells);
    expect(results.cells).toHaveLength(6);
  });

  test('--dry-run says what would be done, and does nothing', async ({ folder, out }) => {
    const { code, stderr } = await bench(['--dry-run', '--preset', 'full', '--out', out]).ended;
    expect(stderr).toMatch(/^express, .*, and express again; plaintext, .*\n10 rounds, .* min\n$/);
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.for([
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
  ] as [string[], string][])('%j is one clear line, exit code 2', async ([args, message]) => {
    const { code, stdout, stderr } = await bench(args).ended;
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('k6 that is asked for and not there is one clear line, exit code 1', async ({
    folder,
    out,
  }) => {
    const env = { PATH: '/nowhere', HEPTATHLON_CACHE: folder };
    const { code, stderr } = await bench(['--generator', 'k6', '--out', out], env).ended;
    expect(stderr).toMatch(
      /^k6 is not installed\. Install it .* or use --generator autocannon\.\n$/,
    );
    expect(code).toBe(1);
  });

  test('with no other program on PATH it measures, says what it goes without, and writes all', async ({
    folder,
    out,
  }) => {
    const args = ['--targets', 'node', '--events', 'db', '--rounds', '1', '--no-control'];
    const short = ['--no-proof', '--warm-up', '0.3', '--duration', '0.3'];
    const more = ['--phases', 'saturation', ...short, '--out', out];
    const settings = { NODE_OPTIONS: '--max-old-space-size=512' };
    const env = { PATH: '/nowhere', MARK: folder, NODE_ENV: 'test', ...settings };
    const { code, stdout, stderr } = await bench([...args, ...more], env).ended;
    expect(stderr).toMatch(/^nothing is pinned: taskset is not installed$/m);
    expect(stderr).not.toMatch(/ENOENT| {4}at /);
    expect(stdout).toMatch(/^db\b/m);
    expect(stdout).toContain('NODE_OPTIONS=--max-old-space-size=512');
    // Of a machine that is busy it may be void.
    expect([0, 1]).toContain(code);
    const { interrupted, pinning, machine, cells } = readResults(out);
    expect(machine.environment).toMatchObject({ NODE_ENV: 'production', ...settings });
    expect({ interrupted, pinning }).toEqual({ interrupted: false, pinning: null });
    expect(cells).toHaveLength(1);
    expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json', 'results.md']);
    expect(startedBy(folder)).toEqual([]);
  });

  test('without k6 there is no fixed rate, and the bench says so', async ({ folder }) => {
    const env = { PATH: '/nowhere', HEPTATHLON_CACHE: folder };
    const { stderr } = await bench(['--dry-run'], env).ended;
    expect(stderr).toContain(
      'k6 is not there: no fixed rate, hence no latency that a user would see.',
    );
    expect(stderr).not.toContain('at one rate');
  });

  test('a database user that may create none is one clear line, exit code 1', async ({ out }) => {
    // A cluster of its own: in others a bench that was killed may have left the databases that it made.
    const embedded = await startEmbeddedPostgres({ clusters: 'bench-user-' });
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
      const { code, stderr } = await bench(['--targets', 'node', '--out', out], {
        DATABASE_URL: url.href,
      }).ended;
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

  test('a database that cannot be reached is one clear line, exit code 1', async ({ out }) => {
    const { code, stderr } = await bench(['--out', out], {
      DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
    }).ended;
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^The database x at 127\.0\.0\.1:1 cannot be prepared: /,
    );
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
  });

  test('a commit that is not there is one clear line, exit code 2', async ({ out }) => {
    const { code, stderr } = await bench(['--against', 'nowhere', '--out', out]).ended;
    expect(stderr).toMatch(/^--against nowhere: there is no (such commit here|history) .*\n$/);
    expect(code).toBe(2);
  });
});
