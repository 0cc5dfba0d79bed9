import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A server that counts what it is asked. */
let requests = 0;
const server = createServer((_, response) => {
  requests++;
  response.setHeader('Content-Type', 'application/json');
  response.end('{"id":1,"randomNumber":2}');
});
let url: string;
let folder: string;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-k6-'));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** @param from the folder that the user stands in */
function k6(args: string[], from = root) {
  const child = spawn('npm', ['--prefix', root, 'run', '--silent', 'k6', '--', ...args], {
    cwd: from,
    // A group of its own, as in a terminal.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: undefined, VUS: '', DURATION: '', RATE: '' },
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { child, ended };
}

test.concurrent('a name runs its script, with the options of k6 run', async () => {
  const file = join(folder, 'summary.json');
  const args = ['db', '-e', `BASE_URL=${url}`, '--vus', '3', '--duration=1s', '--quiet'];
  const { code, stdout } = await k6([...args, '--summary-export', 'summary.json'], folder).ended;
  expect(code).toBe(0);
  expect(stdout).toContain('✓ body is a row');
  // The script's own load, by as many users: more than the three requests that k6 would send for --vus 3.
  const { metrics } = await import(file, { with: { type: 'json' } });
  expect(metrics.vus_max.value).toBe(3);
  expect(metrics.iterations.count).toBeGreaterThan(3);
});

test.concurrent("a path is that of the user's folder, and the exit code is k6's", async () => {
  writeFileSync(
    join(folder, 'mine.ts'),
    `import exec from 'k6/execution';
     export default function () { exec.test.abort(String(exec.instance.vusInitialized)); }`,
  );
  const { code, stderr } = await k6(['mine.ts', '--vus', '2', '--iterations', '2'], folder).ended;
  expect(stderr).toContain('test aborted: 2');
  expect(code).toBe(108);
});

test('Ctrl-C ends it in order: once, with a summary and the exit code of k6', async () => {
  const { child, ended } = k6(['db', '-e', `BASE_URL=${url}`, '-e', 'VUS=1', '-e', 'DURATION=10m']);
  const before = requests;
  while (requests < before + 10) await once(server, 'request');
  process.kill(-(child.pid as number), 'SIGINT');
  const { code, stdout } = await ended;
  expect(stdout).toContain('█ TOTAL RESULTS');
  expect(code).toBe(105);
  const after = requests;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(requests).toBe(after);
});

test.concurrent.each([
  [['nonsense'], 'No script "nonsense". Scripts: plaintext, json, jsonBody, '],
  [['lib/load'], 'No script "lib/load". Scripts: '],
  [[], 'Name a script first. Scripts: '],
  [['-e', 'VUS=1', 'db'], 'Name a script first. Scripts: '],
])('a mistake is one line: %j', async (args, message) => {
  const { code, stdout, stderr } = await k6(args).ended;
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test.concurrent('--help lists the scripts: all that there are', async () => {
  const { code, stdout } = await k6(['--help']).ended;
  expect(code).toBe(0);
  const files = await new Promise<string>((resolve, reject) =>
    execFile('git', ['-C', root, 'ls-files', 'k6/*.ts'], (error, out) =>
      error ? reject(error) : resolve(out),
    ),
  );
  const names = [...files.matchAll(/^k6\/(\w+)\.ts$/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(7);
  for (const name of names) expect(stdout).toMatch(new RegExp(`\\b${name}\\b`));
});
