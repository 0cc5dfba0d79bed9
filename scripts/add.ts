// `npm run add -- NAME` makes a target: a copy of one that there is, with its own name and framework.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { findTarget, listTargets } from '@heptathlon/targets';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const help = `Adds a framework: a folder in apps/, a copy of another one, and all that names it elsewhere.

usage: npm run add -- NAME [options]

  --like TARGET      what is copied (fastify): ${listTargets()
    .map(({ name }) => name)
    .join(', ')}
  --package PACKAGE  the framework's package (NAME), or node:http for none
  --version VERSION  of that package (what the catalog has, or the newest)

The copy works as what it was copied from does, until you write its src/. Where something fails, nothing is changed.
Exit code: 0 if it was added, 1 if it could not be, 2 for a mistake in the command.`;

class UsageError extends Error {}

/** Ends what runs, and undoes what was done. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop.abort(signal));
}

try {
  const options = readOptions();
  if (options === 'help') console.log(help);
  else {
    await add(options);
    console.log(whatIsLeft(options));
  }
} catch (error) {
  if (stop.signal.aborted) {
    console.error('Stopped; nothing is changed.');
    process.exitCode = 128 + constants.signals[stop.signal.reason as NodeJS.Signals];
  } else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

interface Options {
  name: string;
  like: string;
  package: string;
  version?: string;
}

/** @throws {UsageError} in one line */
function readOptions(): Options | 'help' {
  const string = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        like: { ...string, default: 'fastify' },
        package: string,
        version: string,
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw new Error('Name one target: npm run add -- h3');
    checkName(name);
    findTarget(values.like);
    const { package: given = name, version } = values;
    if (version !== undefined && !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) {
      throw new Error(`--version is one like 2.0.1, not "${version}"`);
    }
    return { name, like: values.like, package: given, ...(version && { version }) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function checkName(name: string): void {
  if (!/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(name) || name.length > 40) {
    throw new Error(`A name is up to 40 letters a-z and digits, with - within, not "${name}"`);
  }
  for (const folder of [`apps/${name}`, `k8s/overlays/${name}`]) {
    if (existsSync(join(root, folder))) throw new Error(`There is a folder ${folder} already.`);
  }
  // A profile bears the name, beside those of what serves all.
  const composed = ['docker/compose.yaml', 'docker/monitoring/compose.yaml'].flatMap((file) =>
    Object.entries<{ profiles?: string[] }>(
      parse(read(file), { merge: true, logLevel: 'error' }).services,
    ),
  );
  if (composed.some(([service, { profiles = [] }]) => [service, ...profiles].includes(name))) {
    throw new Error(`"${name}" is the name of something else in docker/compose.yaml.`);
  }
}

/** Makes it, installs and builds it. @throws {Error} in one line; what was changed is as it was before */
async function add(options: Options): Promise<void> {
  const version = await findVersion(options);
  const { name, like } = options;
  const added = [`apps/${name}`, `k8s/overlays/${name}`];
  const changed: Record<string, string> = {
    'pnpm-workspace.yaml': addToCatalog(read('pnpm-workspace.yaml'), options.package, version),
    'tsconfig.json': copyLines(
      read('tsconfig.json'),
      `"${folderOf(like)}"`,
      basename(folderOf(like)),
      name,
    ),
    'docker/compose.yaml': copyLines(
      copyBlocks(read('docker/compose.yaml'), like, name),
      `  - ${like}\n`,
      like,
      name,
    ),
    'docker/server.yaml': copyBlocks(read('docker/server.yaml'), like, name),
    'README.md': read('README.md'),
    'pnpm-lock.yaml': read('pnpm-lock.yaml'),
    'docs/licences.md': read('docs/licences.md'),
  };
  const before = Object.keys(changed).map((path) => [path, read(path)] as const);
  try {
    for (const [path, text] of Object.entries(changed)) writeFileSync(join(root, path), text);
    copyApp(options);
    copyOverlay(options);
    const { packageManager } = JSON.parse(read('package.json'));
    const pnpm = ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm'];
    await run('npm', [...pnpm, 'install', '--lockfile-only', '--prefer-offline']);
    // It installs, too.
    await run(process.execPath, ['scripts/run.js', 'build']);
    await run(process.execPath, ['scripts/run.js', 'licences']);
    await run(process.execPath, ['scripts/run.js', 'figures']);
    const biome = join('node_modules', '.bin', 'biome');
    await run(biome, ['check', '--write', 'tsconfig.json', `apps/${name}`]);
  } catch (error) {
    for (const path of added) rmSync(join(root, path), { recursive: true, force: true });
    for (const [path, text] of before) writeFileSync(join(root, path), text);
    throw error;
  }
}

/**
 * The version that the catalog has, or is to have.
 *
 * @throws {Error} where the registry has no such package or version, or cannot be asked
 */
async function findVersion({ package: name, version }: Options): Promise<string> {
  if (name.startsWith('node:')) return process.versions.node;
  const known: string | undefined = parse(read('pnpm-workspace.yaml')).catalog[name];
  if (known && version && known !== version) {
    throw new Error(`The catalog of pnpm-workspace.yaml has ${name} ${known}, not ${version}.`);
  }
  if (known) return known;
  const wanted = version ? `${name}@${version}` : name;
  console.error(`asking the registry for ${wanted} ...`);
  const args = ['view', wanted, 'version', '--json'];
  try {
    const { stdout } = await promisify(execFile)('npm', args, { cwd: root, signal: stop.signal });
    if (stdout.trim()) return JSON.parse(stdout);
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string };
    const said = /"code": "(\w+)"/.exec(stdout)?.[1];
    if (said !== 'E404') {
      const cause = said ?? message.split('\n')[0];
      throw new Error(`The registry cannot be asked for ${wanted}: ${cause}.`, { cause: error });
    }
  }
  const remedy = version ? '' : ' --package names it, where it is called otherwise.';
  throw new Error(`The registry has no ${wanted}.${remedy}`);
}

function addToCatalog(text: string, name: string, version: string): string {
  const catalog = /(?<=^catalog:\n)(?: {2}.*\n)+/m;
  const line = `  ${name.startsWith('@') ? `"${name}"` : name}: ${version}\n`;
  const key = (entry: string) => entry.replaceAll(/[" ]|:[^:]*$/g, '');
  return text.replace(catalog, (entries) => {
    const lines = entries.split(/(?<=\n)/);
    if (name.startsWith('node:') || lines.some((one) => key(one) === key(line))) return entries;
    return [...lines, line].toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).join('');
  });
}

/** Text with each line that holds `what` a second time, for the other name. */
function copyLines(text: string, what: string, from: string, to: string): string {
  return text
    .split(/(?<=\n)/)
    .flatMap((line) => (line.includes(what) ? [line, rename(line, from, to)] : [line]))
    .join('');
}

/** YAML with each block under the key `from` a second time, under the key `to`. */
function copyBlocks(text: string, from: string, to: string): string {
  const block = new RegExp(String.raw`^( *)${from}:.*\n((?:\1 .*\n)*)\n?`, 'gm');
  return text.replace(block, (found) => found + rename(found, from, to));
}

function rename(text: string, from: string, to: string): string {
  return text.replaceAll(new RegExp(String.raw`(?<![\w-])${from}(?![\w-])`, 'g'), to);
}

/** The folder of a target. */
function folderOf(target: string): string {
  return `apps/${findTarget(target).place?.app}`;
}

function copyApp({ name, like, package: framework }: Options): void {
  const { server: ownServer } = findTarget(like).place ?? { server: 'server.ts' };
  const from = join(root, folderOf(like));
  const to = join(root, 'apps', name);
  // Of several targets in a folder one is copied.
  const isOthers = (file: string) => /^server\.(\w+\.)?ts$/.test(file) && file !== ownServer;
  const left = ['node_modules', 'dist'];
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !left.includes(basename(path)) && !isOthers(basename(path)),
  });
  const own = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  const { targets = {}, ...shared } = own.heptathlon;
  const dependencies = {
    ...own.dependencies,
    ...(!framework.startsWith('node:') && { [framework]: 'catalog:' }),
  };
  const written = {
    ...own,
    name: `@heptathlon/app-${name}`,
    description: `The rule book on ${framework}`,
    heptathlon: { ...shared, ...targets[like], framework },
    dependencies: Object.fromEntries(
      Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(written, null, 2)}\n`);
  writeFileSync(join(to, 'README.md'), readmeOf(name, framework));
  const server = join(to, 'src', ownServer);
  const called = `serve({ name: '${own.heptathlon.framework}'`;
  const text = readFileSync(server, 'utf8');
  writeFileSync(server, text.replace(called, `serve({ name: '${framework}'`));
}

function readmeOf(name: string, framework: string): string {
  return `# ${name}

The rule book on ${framework}. What is idiomatic here, in a sentence or two.

Where a default had to change:

| default | rule book | how |
| ------- | --------- | --- |
`;
}

function copyOverlay({ name, like }: Options): void {
  const file = (target: string) => join(root, 'k8s', 'overlays', target, 'kustomization.yaml');
  mkdirSync(dirname(file(name)));
  writeFileSync(file(name), rename(readFileSync(file(like), 'utf8'), like, name));
}

/** Runs a program; what it prints goes to stderr. @throws {Error} where it fails */
async function run(program: string, args: string[]): Promise<void> {
  stop.signal.throwIfAborted();
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  const kill = () => child.kill('SIGTERM');
  stop.signal.addEventListener('abort', kill);
  const [code] = await once(child, 'close');
  stop.signal.removeEventListener('abort', kill);
  stop.signal.throwIfAborted();
  if (code !== 0) {
    throw new Error(
      `It was not added, and nothing is changed: ${[basename(program), ...args].join(' ')} failed, as it says above.`,
    );
  }
}

function whatIsLeft({ name, like, package: framework }: Options): string {
  const { framework: present } = findTarget(like);
  const files = readdirSync(join(root, 'apps', name, 'src'));
  return `apps/${name} is there: it answers, still with ${present}. What is left:

  1. Write apps/${name}/src (${files.join(', ')}) with ${framework}; take what it no longer needs out of its package.json.
  2. npm run serve -- ${name}, and in another terminal npm run conformance -- http://127.0.0.1:3000
  3. npm test -- --target ${name}
  4. apps/${name}/README.md
  5. npm run licences, npm run figures, npm run conformance:table, npm test

CONTRIBUTING.md says more. To be rid of it:

  rm -r apps/${name} k8s/overlays/${name}
  git checkout pnpm-workspace.yaml pnpm-lock.yaml tsconfig.json README.md docker/compose.yaml docker/server.yaml docs/licences.md`;
}
