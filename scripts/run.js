// Every npm script comes through here: it installs and builds what is missing, then runs the command
// on the pinned Node. It runs on any Node from 20 on and before anything is installed, hence plain
// JavaScript and no imports but Node's own.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pinnedNode = `${root}node_modules/node/bin/node`;
const bin = (name) => `${root}node_modules/.bin/${name}`;
const astro = [
  pinnedNode,
  `${root}packages/site/node_modules/astro/bin/astro.mjs`,
  '--root',
  `${root}packages/site`,
];
/** Tests of some projects; what they leave behind fails them. */
const vitest = (projects, args) => [
  ...[pinnedNode, `${root}scripts/left.js`, bin('vitest'), 'run'],
  ...projects.flatMap((project) => ['--project', project]),
  ...args,
];
/** Whether an argument names files of tests, which then take the place of those that would run; what follows an option is its value. */
const isPath = (arg, at, args) => /^[^-].*\//.test(arg) && !/^-/.test(args[at - 1] ?? '');
const program = (path) => (args) => [[pinnedNode, `${root}${path}`, ...args]];

/** The program line of the pnpm that package.json names. */
function pnpm(...args) {
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return ['npm', 'exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', ...args];
}

/** Each command: its arguments in, the program lines that it runs one after the other out. */
const commands = {
  add: program('scripts/add.ts'),
  audit: (args) => [pnpm('audit', ...args)],
  bench: program('packages/bench/dist/cli.js'),
  build: () => [],
  conformance: program('packages/conformance/dist/cli.js'),
  'conformance:table': program('packages/conformance/scripts/table.ts'),
  database: program('packages/db/dist/cli.js'),
  differences: () => [
    [pinnedNode, `${root}packages/conformance/scripts/differences.ts`],
    [bin('biome'), 'format', '--write', `${root}docs/differences.md`],
  ],
  dev: (args) => [[...astro, 'dev', ...args]],
  figures: (args) => [
    [pinnedNode, `${root}scripts/figures.ts`, ...args],
    [bin('biome'), 'format', '--write', `${root}README.md`, `${root}docs`],
  ],
  format: () => [[bin('biome'), 'check', '--write', root]],
  fuzz: program('packages/fuzz/dist/cli.js'),
  generate: () => [
    [pinnedNode, `${root}packages/contract/scripts/generate.ts`],
    [pinnedNode, `${root}packages/bench/scripts/schema.ts`],
    [bin('biome'), 'format', '--write', root],
  ],
  k6: (args) => [[process.execPath, `${root}scripts/k6.js`, 'run', ...args]],
  licences: () => [[pinnedNode, `${root}scripts/licences.ts`]],
  lint: () => [
    [bin('biome'), 'check', '--error-on-warnings', root],
    [bin('redocly'), 'lint', 'openapi.yaml'],
    [bin('tsc'), '-p', 'tsconfig.test.json'],
    [bin('tsc'), '-p', 'k6'],
  ],
  site: (args) => [[...astro, 'build', ...args]],
  serve: program('packages/targets/dist/serve.js'),
  soak: (args) => [[pinnedNode, `${root}packages/bench/dist/cli.js`, 'soak', ...args]],
  test: (args) => [
    ...commands.lint(),
    vitest(
      ['apps', 'packages', 'site', 'alone', 'faults', 'quiet'],
      [...(process.env.HEPTATHLON_TARGETS && !args.some(isPath) ? testsOfTargets : []), ...args],
    ),
  ],
  'test:docker': (args) => [
    [process.execPath, `${root}scripts/docker.js`],
    vitest(['docker'], args),
  ],
  'test:faults': (args) => [vitest(['faults'], args)],
  'test:k8s': (args) => [
    [process.execPath, `${root}scripts/go.js`, 'kustomize', 'kubectl-validate'],
    vitest(['k8s'], args),
  ],
  'test:workflows': (args) => [
    [process.execPath, `${root}scripts/go.js`, 'actionlint'],
    vitest(['workflows'], args),
  ],
};

/** What a command says of itself; the others have a `--help` of their own. */
const help = {
  audit: 'Looks for known faults in the dependencies (pnpm audit). Arguments go to pnpm.',
  build: 'Installs the dependencies and compiles all packages.',
  'conformance:table':
    'Proves all targets and writes which rules each keeps to results/conformance.json, for the site.',
  differences: `Sends what the rule book leaves open to all targets, and to frameworks as they come, and writes what each answers to
docs/differences.md. It takes half a minute. Exit code: 0, or 1 if a target cannot be observed.`,
  dev: 'Serves the site at http://localhost:4321, from the sources. Arguments go to astro dev, such as --port 8000.',
  figures:
    'Writes what documents derive from results/ and apps/. results/FILE.json has the README show the costs of that run.',
  format: 'Formats all files.',
  generate: 'Writes what is derived from openapi.yaml and from the results types.',
  licences: 'Writes the list of licences of the dependencies.',
  lint: 'Checks formatting, types and openapi.yaml.',
  site: 'Builds the site into packages/site/dist. Arguments go to astro build, such as --base /heptathlon.',
  test: `Lints, builds, and runs all tests that need no container. Exit code 0 if all pass and nothing is
left behind: no process, no file, no shared memory.
--target NAME runs those that try one target, in two or three minutes.
A path runs the files that match it, -t NAME the tests of that name; see vitest.dev/guide/cli for more.`,
  'test:docker':
    'Tests the images and profiles in docker/. Needs a Docker engine, Compose and Buildx.',
  'test:faults': 'Tests what servers do under faults, in the long form: some ten minutes.',
  'test:k8s': 'Tests the manifests in k8s/. Builds kustomize and kubectl-validate with Go (once).',
  'test:workflows': 'Tests the workflows in .github/. Builds actionlint with Go (once).',
};

/** The tests that try each target, for those that are told which: `npm test -- --target koa`. */
const testsOfTargets = [
  ...['conformance/test/targets', 'targets/test/', 'faults/test/', 'fuzz/test/alone/'],
  ...['bench/test/quiet/k6-scripts', 'site/test/extraction'],
].map((path) => `packages/${path}`);

/** Some tests have a long form, which takes too long for each change. */
const long = { 'test:faults': { HEPTATHLON_LONG: '1' } };

/** The signal that has told us to stop. */
let stopped;

const [name = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`usage: npm run <${Object.keys(commands).join('|')}> [-- arguments]`);
  process.exit(2);
}
if (Object.hasOwn(help, name) && args.some((arg) => arg === '--help' || arg === '-h')) {
  console.log(`${help[name]}\n\nusage: npm run ${name} [-- arguments]`);
  process.exit(0);
}
const banner = process.env.npm_lifecycle_event && process.env.npm_config_loglevel !== 'silent';
if (banner && !process.stdout.isTTY && args.some((arg) => /^--(json|markdown)$/.test(arg))) {
  console.error(`npm prints two lines before this output; without them: npm run -s ${name} -- …`);
}

if (name === 'test') takeTarget();

/** These need nothing that is installed or built. */
const bare = ['k6'];

if (!bare.includes(name)) await prepare();
for (const [file, ...fileArgs] of commands[name](args)) {
  const code = await run(file, fileArgs, 'inherit');
  if (code !== 0) process.exit(code);
}

/** `--target NAME` of the tests: it goes to them by HEPTATHLON_TARGETS. */
function takeTarget() {
  const at = args.findIndex((arg) => /^--target(=|$)/.test(arg));
  if (at < 0) return;
  const [option] = args.splice(at, 1);
  const target = option.includes('=') ? option.slice('--target='.length) : args.splice(at, 1)[0];
  // By the manifests, as packages/targets does: it may not be built yet.
  const targets = readdirSync(`${root}apps`).flatMap((app) => {
    const manifest = `${root}apps/${app}/package.json`;
    if (!existsSync(manifest)) return [];
    const { heptathlon } = JSON.parse(readFileSync(manifest, 'utf8'));
    return Object.keys(heptathlon.targets ?? { [app]: {} });
  });
  if (!targets.includes(target)) {
    console.error(`There is no target "${target ?? ''}". Targets: ${targets.join(', ')}`);
    process.exit(2);
  }
  process.env.HEPTATHLON_TARGETS = target;
}

/** Installs and builds what is missing. */
async function prepare() {
  // Side by side: each takes most of a minute the first time.
  const [, k6] = await Promise.all([install(), needsK6() ? installK6() : 0]);
  if (stopped) process.exit(128 + constants.signals[stopped]);
  await setUp(
    'Compiling',
    [bin('tsc'), '-b', root],
    'The build failed; the messages above say where.',
  );
  if (k6 !== 0 && name === 'test') process.exit(k6);
  if (name === 'test' && !process.env.HEPTATHLON_TARGETS) await installBrowser();
}

/** Installs the dependencies of the lockfile, unless they are those of the last call. */
async function install() {
  const stamp = `${root}node_modules/.heptathlon`;
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(root + file));
  const digest = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  // What is installed is neither the old nor the new, if this is interrupted.
  rmSync(stamp, { force: true });
  await setUp(
    'Installing dependencies (once)',
    pnpm('install', '--frozen-lockfile'),
    'The installation failed; the messages above say why. It needs the npm registry, once.',
  );
  writeFileSync(stamp, digest);
}

/** Tests run the load scripts, and a bench loads with k6, unless it is told not to, or does not measure. */
function needsK6() {
  if (name !== 'bench') return name === 'test';
  const [first = ''] = args;
  const saturationOnly = /--phases[ =]saturation( |$)/.test(args.join(' '));
  const wantsHelp = args.some((arg) => arg === '--help' || arg === '-h');
  return (first === '' || first.startsWith('-')) && !saturationOnly && !wantsHelp;
}

function installK6() {
  return run(
    process.execPath,
    [`${root}scripts/k6.js`],
    ['inherit', process.stderr, process.stderr],
  );
}

/** The report is tested in a real browser: one that the machine has, or playwright's own. */
async function installBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const has = (program) => folders.some((folder) => existsSync(join(folder, program)));
  if (programs.some(has)) return;
  await setUp(
    'Installing a browser for the tests (once)',
    [
      `${root}packages/bench/node_modules/.bin/playwright-core`,
      'install',
      '--only-shell',
      'chromium',
    ],
    'There is no browser, and none can be had. On Debian: apt-get install chromium',
  );
}

/**
 * A step of the set-up: what it prints goes to stderr, so that stdout is the command's alone. It says what it does where
 * that takes over two seconds, and how long it has taken every ten.
 */
async function setUp(doing, [file, ...fileArgs], failure) {
  const startedAt = Date.now();
  const first = setTimeout(() => console.error(`${doing} ...`), 2000);
  const ticker = setInterval(() => {
    console.error(`${doing} ... ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, 10_000);
  const code = await run(file, fileArgs, ['inherit', process.stderr, process.stderr]);
  clearTimeout(first);
  clearInterval(ticker);
  if (code === 0) return;
  console.error(failure);
  process.exit(code);
}

/** Runs a program to its end, passing signals on to it; returns its exit code. */
function run(file, fileArgs, stdio) {
  return new Promise((resolve) => {
    const child = spawn(file, fileArgs, {
      cwd: root,
      stdio,
      shell: process.platform === 'win32',
      env: {
        ...process.env,
        ...long[name],
        PATH: `${root}node_modules/node/bin:${process.env.PATH}`,
        ASTRO_TELEMETRY_DISABLED: '1',
      },
    });
    const forward = (signal) => {
      stopped = signal;
      child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    // npm's shell dies of a SIGTERM without passing it on: without a parent there is nobody to run for.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (!process.env.npm_lifecycle_event || process.ppid === parent) return;
      clearInterval(watch);
      forward('SIGTERM');
    }, 250);
    child.on('error', (error) => {
      clearInterval(watch);
      console.error(`${file}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      for (const stop of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(stop, forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
