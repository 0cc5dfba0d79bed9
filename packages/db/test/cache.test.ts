import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linux, processesIn } from './proc.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'heptathlon-test-')));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** PostgreSQL refuses to run as root: another user has to reach what root has written. */
const asRoot = test.runIf(process.getuid?.() === 0);

const entry = new URL('../dist/embedded/index.js', import.meta.url).href;
const script = `
  const { startEmbeddedPostgres } = await import(${JSON.stringify(entry)});
  const server = await startEmbeddedPostgres();
  await server.stop();
  console.log('started and stopped');`;

/** Starts and stops an embedded PostgreSQL with a cache of the test's, in a process of its own. */
function start(umask: string, cache = join(folder, 'not', 'there', 'yet')) {
  const node = [process.execPath, '--input-type=module', '-e', script];
  const child = spawn('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', ...node], {
    env: { ...process.env, HEPTATHLON_CACHE: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]).then((both) => both.join(''));
  return { child, said };
}

asRoot.each([
  ['077', '022'],
  ['000', '077'],
])('a cache that is written with umask %s serves one with %s', async (first, second) => {
  for (const umask of [first, second])
    expect(await start(umask).said).toBe('started and stopped\n');
});

asRoot('programs that the user cannot run are copied again', async () => {
  const cache = join(folder, 'cache');
  expect(await start('022', cache).said).toBe('started and stopped\n');
  execFileSync('chmod', ['-R', 'go-rwx', cache]);
  expect(await start('022', cache).said).toBe('started and stopped\n');
});

asRoot('a cache that the user cannot reach is one clear line', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  expect(await start('022', join(closed, 'cache')).said).toMatch(
    /cannot run .* \(EACCES\)\. Set HEPTATHLON_CACHE to a folder that every user can reach\./,
  );
});

linux(
  'a run that is killed while it writes the cache breaks none, and what it left is removed later',
  async () => {
    const cache = join(folder, 'cache');
    const home = join(cache, `postgres-${process.platform}-${process.arch}`);
    const leftIn = () => readdirSync(home).filter((name) => name.startsWith('new-'));
    for (const milliseconds of [200, 400, 800, 1600, 3200]) {
      const { child } = start('022', cache);
      await sleep(milliseconds);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    // An initdb outlives the run that started it: what it writes into is not old.
    while (processesIn(home).length > 0) await sleep(50);
    mkdirSync(join(home, 'new-killed'), { recursive: true });
    const hoursAgo = Date.now() / 1000 - 7200;
    for (const name of leftIn()) utimesSync(join(home, name), hoursAgo, hoursAgo);
    expect(await start('022', cache).said).toBe('started and stopped\n');
    expect(leftIn()).toEqual([]);
  },
);
