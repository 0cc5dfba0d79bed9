import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Before all others by its name. */
const NAME = 'aardvark';
/** A framework that nobody has: a package of a registry of our own. */
const FRAMEWORK = '@athletes/aardvark';

/** Without what git and npm tell the programs that they start. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(GIT_|npm_|HEPTATHLON_TARGETS$)/i.test(name)),
);

let folder: string;
let copy: string;
let registry: Server;
/** What is printed when the app is there. */
let printed: string;

/** Runs a program in the copy, in a group of its own, as in a terminal. */
function run([program = '', ...args]: string[], more: Record<string, string> = {}) {
  const child = spawn(program, args, {
    cwd: copy,
    // What cannot be fetched here cannot be fetched a second time.
    env: { ...env, pnpm_config_fetch_retries: '0', ...more },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { child, ended };
}

/** @returns what it printed to stdout @throws with all that it said, where it fails */
async function succeed(...[line, more]: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(line, more).ended;
  if (code !== 0) throw new Error(`${line.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

const add = (...args: string[]) => run(['npm', 'run', '--silent', 'add', '--', ...args]);

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: copy, env, encoding: 'utf8' });
}

/** What is not as it was committed, with what stands in it. */
const changes = () => git('status', '--porcelain', '--untracked-files=all') + git('diff');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-add-'));
  copy = join(folder, 'copy');
  // With what is built: a build is then of what is new.
  cpSync(root, copy, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !['.git', 'node_modules'].includes(basename(path)),
  });
  registry = await startRegistry();
  const { port } = registry.address() as AddressInfo;
  writeFileSync(join(copy, '.npmrc'), `@athletes:registry=http://127.0.0.1:${port}/\n`);
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message=copy');
  printed = await succeed([
    ...['npm', 'run', '--silent', 'add', '--'],
    ...[NAME, '--package', FRAMEWORK, '--like', 'koa'],
  ]);
}, 900_000);

afterAll(() => {
  registry.close();
  registry.closeAllConnections();
  rmSync(folder, { recursive: true });
});

test('an app is made that names its framework, in the version that the registry has', () => {
  const manifest = JSON.parse(readFileSync(join(copy, 'apps', NAME, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({
    name: `@heptathlon/app-${NAME}`,
    heptathlon: { framework: FRAMEWORK },
    dependencies: { [FRAMEWORK]: 'catalog:' },
  });
  const workspace = readFileSync(join(copy, 'pnpm-workspace.yaml'), 'utf8');
  expect(workspace).toContain(`\ncatalog:\n  "${FRAMEWORK}": 1.2.3\n`);
});

test('the tree is formatted, linted and built, and the site has a place for it', async () => {
  await succeed(['npm', 'run', 'lint']);
  await succeed(['npm', 'run', 'site']);
  const front = readFileSync(join(copy, 'packages/site/dist/index.html'), 'utf8');
  expect(front).toContain(NAME);
}, 900_000);

test('tests are green: it keeps the rules, agrees with another, and has its place everywhere', async () => {
  const files = [
    ...['conformance/test/targets', 'targets/test/serve', 'targets/test/places'],
    ...['bench/test/plan', 'bench/test/soak/options', 'fuzz/test/options', 'site/test/extraction'],
  ];
  const vitest = ['node_modules/.bin/vitest', 'run', '--project', 'packages', ...files];
  const stdout = await succeed(vitest, { HEPTATHLON_TARGETS: NAME, NO_COLOR: '1' });
  expect(stdout).toMatch(new RegExp(`Test Files +${files.length} passed \\(${files.length}\\)`));
}, 900_000);

test.each([
  [[], 2, 'Name one target: npm run add -- h3'],
  [['one', 'two'], 2, 'Name one target: npm run add -- h3'],
  [['H3'], 2, 'A name is up to 40 letters a-z and digits, with - within, not "H3"'],
  [['../h3'], 2, 'A name is up to 40 letters'],
  [[NAME], 2, `There is a folder apps/${NAME} already.`],
  [['postgres'], 2, '"postgres" is the name of something else in docker/compose.yaml.'],
  [['monitoring'], 2, '"monitoring" is the name of something else in docker/compose.yaml.'],
  [['h3', '--like', 'none'], 2, 'There is no target "none". Targets: aardvark, '],
  [['h3', '--version', '2'], 2, '--version is one like 2.0.1, not "2"'],
  [['h3', '--likes', 'koa'], 2, "Unknown option '--likes'"],
  [['new', '--package', 'koa', '--version', '1.0.0'], 1, 'The catalog of pnpm-workspace.yaml has'],
  [['new', '--package', '@athletes/none'], 1, 'The registry has no @athletes/none. --package'],
  [['new', '--package', FRAMEWORK, '--version', '2.0.0'], 1, 'The catalog of pnpm-workspace.yaml'],
  [['new', '--package', '@athletes/torn', '--version', '2.0.0'], 1, 'The registry has no @athl'],
])('%j is one line, exit code %d, and nothing is changed', async (args, expected, message) => {
  const before = changes();
  const program = ['node_modules/node/bin/node', 'scripts/add.ts', ...args];
  const { code, stdout, stderr } = await run(program).ended;
  const lines = stderr.trim().split('\n');
  expect(lines.at(-1)).toContain(message);
  expect(lines.slice(0, -1).filter((line) => !line.startsWith('asking the registry'))).toEqual([]);
  expect(stdout).toBe('');
  expect(code).toBe(expected);
  expect(changes()).toBe(before);
});

test('nothing is half made where the installation fails', async () => {
  const before = changes();
  const { code, stderr } = await add('new', '--package', '@athletes/torn').ended;
  expect(stderr.trim().split('\n').at(-1)).toContain('It was not added, and nothing is changed');
  expect(code).toBe(1);
  expect(changes()).toBe(before);
}, 900_000);

test('nothing is half made after Ctrl-C', async () => {
  const before = changes();
  const { child, ended } = add('new', '--package', '@athletes/stuck');
  await Promise.race([once(registry, 'stuck'), ended]);
  process.kill(-(child.pid as number), 'SIGINT');
  const { code, stderr } = await ended;
  expect(stderr.trim().split('\n').at(-1)).toBe('Stopped; nothing is changed.');
  expect(code).toBe(130);
  expect(changes()).toBe(before);
}, 900_000);

test('it is undone as it says, and all is built again', async () => {
  const said = printed.split('\n').map((line) => line.trim());
  const undo = said.slice(said.findIndex((line) => line.startsWith('rm -r ')));
  await succeed(['sh', '-e', '-c', undo.join('\n')]);
  expect(changes()).toBe('');
  await succeed(['npm', 'run', 'build']);
}, 900_000);

/**
 * Starts a registry of three packages: one can be installed, the archive of another has a wrong checksum, that of the
 * third never comes: the server emits `stuck` when it is asked for.
 */
async function startRegistry(): Promise<Server> {
  const names = [FRAMEWORK, '@athletes/torn', '@athletes/stuck'];
  const archives = new Map(names.map((name) => [name, pack(name)]));
  const server = createServer(({ url = '', headers }, response) => {
    const name = names.find((each) => decodeURIComponent(url).startsWith(`/${each}`));
    const archive = name && archives.get(name);
    if (!archive) return response.writeHead(404).end('{}');
    if (url.endsWith('.tgz')) {
      if (name !== '@athletes/stuck') return response.end(archive);
      return server.emit('stuck');
    }
    const digest = createHash('sha512').update(name === '@athletes/torn' ? '' : archive);
    const manifest = {
      ...{ name, version: '1.2.3', license: 'MIT' },
      dist: {
        tarball: `http://${headers.host}/${name}/archive.tgz`,
        integrity: `sha512-${digest.digest('base64')}`,
      },
    };
    const published = '2020-01-01T00:00:00.000Z';
    response.setHeader('Content-Type', 'application/json');
    return response.end(
      JSON.stringify({
        ...{ name, 'dist-tags': { latest: '1.2.3' }, versions: { '1.2.3': manifest } },
        time: { created: published, modified: published, '1.2.3': published },
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The archive of a package that holds its manifest alone. */
function pack(name: string): Buffer {
  const package_ = join(folder, name, 'package');
  mkdirSync(package_, { recursive: true });
  writeFileSync(
    join(package_, 'package.json'),
    JSON.stringify({ name, version: '1.2.3', license: 'MIT' }),
  );
  return execFileSync('tar', ['-czf', '-', '-C', join(folder, name), 'package']);
}
