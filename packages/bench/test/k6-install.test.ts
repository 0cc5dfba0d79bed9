import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runChild } from '../src/child.js';

const script = fileURLToPath(new URL('../../../scripts/k6.js', import.meta.url));
const goMod = readFileSync(new URL('../../../scripts/go/k6/go.mod', import.meta.url), 'utf8');
const version = /k6\/v2 v(\S+)/.exec(goMod)?.[1];
const system = process.platform === 'darwin' ? 'macos' : process.platform;
const name = `k6-v${version}-${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const archive = `${name}.${system === 'linux' ? 'tar.gz' : 'zip'}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the installation without Go and without k6, against releases of our own. */
async function install(releases: Record<string, Buffer>, umask = '022') {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const tool of ['tar', 'gzip', 'sh']) {
    const { stdout } = spawnSync('which', [tool], { encoding: 'utf8' });
    if (stdout) symlinkSync(stdout.trim(), join(bin, tool));
  }
  const server = createServer((request, response) => {
    const file = releases[request.url?.split('/').at(-1) ?? ''];
    response.writeHead(file ? 200 : 404).end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const env = { PATH: bin, HEPTATHLON_CACHE: folder, K6_RELEASES: `http://127.0.0.1:${port}` };
  const { signal } = new AbortController();
  const program = ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, script];
  const { code, stderr } = await runChild(program, { env, signal });
  server.close();
  const cached = join(folder, `k6-${version}`);
  return { code, stderr, left: readdirSync(cached), program: join(cached, 'k6') };
}

/** An archive as the official one is laid out, with a k6 that only knows its version. */
function release(): Buffer {
  const content = join(folder, name);
  mkdirSync(content);
  writeFileSync(join(content, 'k6'), `#!/bin/sh\necho "k6 v${version}"\n`);
  const file = join(folder, archive);
  if (archive.endsWith('.zip')) execFileSync('zip', ['-qr', file, name], { cwd: folder });
  else execFileSync('tar', ['-czf', file, '-C', folder, name]);
  return readFileSync(file);
}

const checksums = `k6-v${version}-checksums.txt`;
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

test('without Go, the official release is installed', async () => {
  const content = release();
  const sums = Buffer.from(`${'0'.repeat(64)}  other\n${sha256(content)}  ${archive}\n`);
  const { code, left, program } = await install({ [archive]: content, [checksums]: sums });
  expect(code).toBe(0);
  expect(left).toEqual(['k6']);
  expect(execFileSync(program, ['version'], { encoding: 'utf8' })).toBe(`k6 v${version}\n`);
});

test('others can run it, whatever the umask; what a run that was killed left is removed', async () => {
  const content = release();
  const sums = Buffer.from(`${sha256(content)}  ${archive}\n`);
  const left = join(folder, `k6-${version}`, 'new-killed');
  mkdirSync(left, { recursive: true });
  utimesSync(left, 0, 0);
  const installed = await install({ [archive]: content, [checksums]: sums }, '077');
  expect(installed.code).toBe(0);
  expect(installed.left).toEqual(['k6']);
  expect(statSync(installed.program).mode & 0o777).toBe(0o755);
});

test('a release with another checksum is refused', async () => {
  const content = release();
  const sums = Buffer.from(`${sha256(Buffer.from('else'))}  ${archive}\n`);
  const { code, stderr, left, program } = await install({ [archive]: content, [checksums]: sums });
  expect(code).toBe(1);
  expect(stderr).toContain(`there is no go; ${archive} has the wrong checksum. See https://`);
  expect(left).toEqual([]);
  expect(existsSync(program)).toBe(false);
});

test('where nothing can be had, each reason is named', async () => {
  const { code, stderr, left } = await install({});
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toMatch(
    /^k6 is not installed, and cannot be: there is no go; http:.*checksums\.txt cannot be fetched \(404\)\. See https:/,
  );
  expect(left).toEqual([]);
});
