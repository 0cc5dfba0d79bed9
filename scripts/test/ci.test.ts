import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const scripts: string[] = Object.keys(JSON.parse(read('package.json')).scripts);

/** The parts of `npm test` that have a command of their own, too. */
const PARTS = ['test:faults'];

describe.each(['.ci/run', '.github/workflows/ci.yml'])('%s', (file) => {
  test('runs all tests that there are', () => {
    const due = scripts.filter((name) => /^test(:|$)/.test(name) && !PARTS.includes(name));
    const run = [...read(file).matchAll(/\bnpm (?:run )?(test[\w:]*)/g)].map(([, name]) => name);
    expect(new Set(run)).toEqual(new Set(due));
  });
});

// apt itself, on folders of its own, with locks that another program really holds.
describe.runIf(existsSync('/usr/bin/apt-get'))('.ci/packages', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heptathlon-apt-'));
    const config = join(folder, 'apt.conf');
    for (const part of ['lists/partial', 'archives/partial', 'etc/apt.conf.d', 'dpkg']) {
      await mkdir(join(folder, part), { recursive: true });
    }
    await writeFile(join(folder, 'dpkg/status'), '');
    await writeFile(
      config,
      `Dir::State::lists "${folder}/lists/";
       Dir::State::status "${folder}/dpkg/status";
       Dir::Cache::archives "${folder}/archives/";
       Dir::Etc "${folder}/etc/";`,
    );
    env = { ...process.env, APT_CONFIG: config };
  });
  afterAll(() => rm(folder, { recursive: true }));

  const packages = (...names: string[]) =>
    promisify(execFile)(join(root, '.ci/packages'), names, { env });

  /** Holds a lock of apt's until its stdin is closed. */
  async function hold(lock: string) {
    const program = `use Fcntl; open(F, ">", $ARGV[0]) or die;
      my $lock = pack("s s x![q] q q i x![q]", F_WRLCK, 0, 0, 0, 0);
      fcntl(F, F_SETLK, $lock) or die;
      $| = 1; print "held"; <STDIN>;`;
    const child = spawn('perl', ['-e', program, join(folder, lock)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [held] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(String(held)).toBe('held');
    return { release: () => child.stdin.end() };
  }

  test.each(['lists/lock', 'dpkg/lock-frontend'])('waits for %s', async (lock) => {
    const { release } = await hold(lock);
    let done = false;
    const installed = packages().finally(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(done).toBe(false);
    release();
    await installed;
  });

  test('fails where a package cannot be had', async () => {
    await expect(packages('no-such-package')).rejects.toThrow(
      'Unable to locate package no-such-package',
    );
  });
});
