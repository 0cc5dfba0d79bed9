// Installs k6 into a cache outside the project, unless there is one: built by Go where Go is present,
// the official release otherwise. Part of the set-up, hence plain JavaScript and no imports but Node's.
//
//   node scripts/k6.js                  installs it
//   node scripts/k6.js run SCRIPT ...   is `npm run k6 -- SCRIPT ...`: installs it and runs a script
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, describe, install, run } from './go.js';

/** The k6 that is installed. */
const { version, file } = describe('k6');
/** Where the official releases lie; a mirror can take their place. */
const RELEASES = process.env.K6_RELEASES || 'https://github.com/grafana/k6/releases/download';

const ways = [
  ['building it with Go', (into) => build('k6', into)],
  ['downloading the official release', download],
];

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the scripts are. */
const folder = join(root, 'k6');
/** Where the user stands: npm goes to the repository's folder. */
const here = process.env.INIT_CWD || process.cwd();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'run') await load(args);
  else await findOrInstall();
}

/** Runs a script, with k6's exit code. */
async function load([name = '', ...args]) {
  if (name === '--help' || name === '-h') {
    console.log(help());
    return;
  }
  const script = findScript(name);
  if (!script) {
    const wrong =
      name.startsWith('-') || name === '' ? 'Name a script first' : `No script "${name}"`;
    const { operations, scenarios } = listScripts();
    console.error(`${wrong}. Scripts: ${[...operations, ...scenarios].join(', ')}, or a path`);
    process.exitCode = 2;
    return;
  }
  const program = await findOrInstall();
  if (program) process.exitCode = await runK6(program, ['run', script, ...adapt(script, args)]);
}

/** The path of a script that is called by its name, with or without its ending, or by its path; undefined if there is none. */
function findScript(name) {
  if (/^\w+(\.ts)?$/.test(name)) {
    const ours = join(folder, name.endsWith('.ts') ? name : `${name}.ts`);
    if (existsSync(ours)) return ours;
  }
  const path = resolve(here, name);
  return existsSync(path) && statSync(path).isFile() ? path : undefined;
}

/**
 * The options as our scripts understand them. For `--vus` and `--duration` k6 throws away the load that a script
 * describes: with `--vus 5` alone it sends five requests. The scripts have variables for both.
 */
function adapt(script, args) {
  if (dirname(script) !== folder) return args;
  const variables = { '--vus': 'VUS', '-u': 'VUS', '--duration': 'DURATION', '-d': 'DURATION' };
  const [option = '', ...rest] = args;
  if (args.length === 0) return [];
  const [name, value = rest.shift()] = option.split('=', 2);
  const variable = variables[name];
  if (!variable || value === undefined) return [option, ...adapt(script, args.slice(1))];
  return ['-e', `${variable}=${value}`, ...adapt(script, rest)];
}

function help() {
  const { operations, scenarios } = listScripts();
  const width = Math.max(...scenarios.map((name) => name.length));
  return `Loads a server with a script of k6/. Installs k6 first, where there is none.

usage: npm run k6 -- SCRIPT [options of k6 run]
       npm run k6 -- db -e BASE_URL=http://127.0.0.1:8080 --vus 5

SCRIPT is a name, or the path of a script of yours.

one operation each: ${operations.join(', ')}
scenarios:
${scenarios.map((name) => `  ${name.padEnd(width)}  ${headOf(name)}`).join('\n')}

--vus and --duration set VUS and DURATION; k6/README.md lists all variables.
Exit code: k6's (99: an answer was wrong, failed or late), or 2 for a mistake in the command.`;
}

/** Names of the scripts: operations in the order of the rule book, and the others. */
function listScripts() {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));
  const book = readFileSync(join(root, 'openapi.yaml'), 'utf8');
  const operations = [...book.matchAll(/operationId: (\w+)/g)].map(([, name]) => name);
  return { operations, scenarios: names.filter((name) => !operations.includes(name)) };
}

/** The first sentence of the comment that a scenario begins with. */
function headOf(name) {
  const [comment = ''] =
    readFileSync(join(folder, `${name}.ts`), 'utf8').match(/^(\/\/.*\n)+/) ?? [];
  const [, sentence = ''] =
    comment.replaceAll(/\n?\/\/ /g, ' ').match(/^\s*(.+?)[.?:](\s|$)/) ?? [];
  return sentence;
}

/**
 * Runs k6 to its end. A second signal makes k6 drop its summary, and Ctrl-C arrives several times: from the terminal,
 * from npm and from run.js. So k6 has a process group of its own, and what arrives together counts as one.
 */
function runK6(program, args) {
  const child = spawn(program, args, { cwd: here, detached: true, stdio: 'inherit' });
  let sentAt = 0;
  const forward = (signal) => {
    if (Date.now() - sentAt < 500) return;
    sentAt = Date.now();
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
  // k6 does not know this one as a request to stop.
  process.on('SIGHUP', () => forward('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** The path of a k6, installed if need be; undefined, and said why, where none can be had. */
async function findOrInstall() {
  if (isK6('k6')) return 'k6';
  if (!isK6(file)) await installK6();
  return isK6(file) ? file : undefined;
}

/** Whether a program is a k6 that understands our scripts. */
function isK6(program) {
  const { stdout } = spawnSync(program, ['version'], { encoding: 'utf8' });
  return /\bv2\.\d+\.\d+/.test(stdout ?? '');
}

async function installK6() {
  const failures = [];
  for (const [how, make] of ways) {
    try {
      return await install(file, `k6 ${version} is not installed: ${how} (once)`, make);
    } catch (error) {
      failures.push(error.message);
    }
  }
  console.error(
    `k6 is not installed, and cannot be: ${failures.join('; ')}. See https://grafana.com/docs/k6/latest/set-up/install-k6/`,
  );
  process.exitCode = 1;
}

async function download(into) {
  const windows = process.platform === 'win32';
  const system = { darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform;
  const name = `k6-v${version}-${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const archive = `${name}.${system === 'linux' ? 'tar.gz' : 'zip'}`;
  const checksums = await fetched(`k6-v${version}-checksums.txt`);
  const content = await fetched(archive);
  const digest = createHash('sha256').update(content).digest('hex');
  if (
    !checksums
      .toString()
      .split('\n')
      .some((line) => line.trim() === `${digest}  ${archive}`)
  ) {
    throw new Error(`${archive} has the wrong checksum`);
  }
  writeFileSync(join(into, archive), content);
  // The tar of macOS and of Windows reads zip too.
  await run('tar', ['-xf', archive], into);
  const program = join(into, name, windows ? 'k6.exe' : 'k6');
  chmodSync(program, 0o755);
  return program;
}

async function fetched(name) {
  const url = `${RELEASES}/v${version}/${name}`;
  const response = await fetch(url).catch(({ message, cause }) => {
    throw new Error(`${url} cannot be fetched (${cause?.code ?? message})`);
  });
  if (!response.ok) throw new Error(`${url} cannot be fetched (${response.status})`);
  return Buffer.from(await response.arrayBuffer());
}
