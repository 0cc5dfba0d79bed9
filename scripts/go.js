// Programs that we build with Go, into a cache outside the project. Each has a folder in go/, whose go.mod
// and go.sum pin it and all that it is built from by version and checksum: `go install` would look both up.
// Part of the set-up, hence plain JavaScript and no imports but Node's.
//
//   node scripts/go.js NAME...    builds what is not built yet, and prints where it is
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./go', import.meta.url));
const windows = process.platform === 'win32';
const { HEPTATHLON_CACHE, XDG_CACHE_HOME } = process.env;
const cache = HEPTATHLON_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'heptathlon');

/** The variable that holds a program's version, where it would not know it otherwise. */
const versionVariables = {
  'docker-buildx': 'github.com/docker/buildx/version.Version',
  'docker-compose': 'github.com/docker/compose/v5/internal.Version',
};

/**
 * What go.mod says of a program.
 *
 * @param name its folder in go/
 * @returns its version, the package that it is, and where it is once it is built
 */
export function describe(name) {
  const goMod = readFileSync(join(folder, name, 'go.mod'), 'utf8');
  // Without a tool line the folder holds a program of ours, named after the module that it is made of.
  const [, path = '.'] = goMod.match(/^tool (\S+)$/m) ?? [];
  const [version] = [...goMod.matchAll(/^\s*(?:require )?(\S+) v(\S+)/gm)]
    .filter(([, module]) => `${path}/`.startsWith(`${module}/`) || module.endsWith(`/${name}`))
    .map(([, , version]) => version);
  const file = join(cache, `${name}-${version}`, windows ? `${name}.exe` : name);
  return { version, package: path, file };
}

/** Builds a program into a folder; returns where it is. */
export async function build(name, into) {
  const { version, package: path } = describe(name);
  const variable = versionVariables[name];
  const file = join(into, name);
  // Without what a debugger needs it is built in three quarters of the time.
  const flags = `-ldflags=-s -w${variable ? ` -X ${variable}=v${version}` : ''}`;
  const lean = ['-trimpath', flags, '-gcflags=all=-dwarf=false'];
  await run('go', ['build', ...lean, '-o', file, path], join(folder, name));
  return file;
}

/**
 * Puts a program in its place in the cache, by a rename: nobody ever sees half of it. Says so while it
 * lasts.
 *
 * @param file where it belongs
 * @param message what is being done
 * @param make makes it in the folder that it is given, and returns where it is
 */
export async function install(file, message, make) {
  makeFolder(dirname(file));
  const into = mkdtempSync(join(dirname(file), 'new-'));
  const cleanUp = () => rmSync(into, { recursive: true, force: true });
  process.on('exit', cleanUp);
  const startedAt = Date.now();
  console.error(`${message} ...`);
  const ticker = setInterval(() => {
    console.error(`${message} ... ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, 10_000);
  try {
    const made = await make(into);
    chmodSync(made, 0o755);
    renameSync(made, file);
  } finally {
    clearInterval(ticker);
    cleanUp();
  }
}

/**
 * Makes a folder of the cache, which users may share, whatever the umask; removes what a run that was killed more than
 * an hour ago has left in it half made.
 */
function makeFolder(path) {
  const first = mkdirSync(path, { recursive: true });
  for (let made = path; first && made.startsWith(first); made = dirname(made))
    chmodSync(made, 0o755);
  for (const name of readdirSync(path).filter((name) => name.startsWith('new-'))) {
    const left = join(path, name);
    const { mtimeMs = Date.now() } = statSync(left, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs < 3_600_000) continue;
    try {
      rmSync(left, { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

/** Runs a program, and ends it where we are told to stop. */
export async function run(program, args, cwd) {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = (signal) => {
    child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const [code, said] = await Promise.all([
    new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)),
    text(child.stderr),
  ]).catch((error) => {
    throw error.code === 'ENOENT' ? new Error(`there is no ${program}`) : error;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
  if (code !== 0) throw new Error(`${program}: ${said.trim().split('\n').at(-1)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const known = readdirSync(folder);
  if (names.length === 0 || !names.every((name) => known.includes(name))) {
    console.error(`usage: node scripts/go.js NAME...; names: ${known.join(', ')}`);
    process.exit(2);
  }
  for (const name of names) {
    const { version, file } = describe(name);
    try {
      const message = `${name} ${version}: building it with Go (once)`;
      if (!existsSync(file)) await install(file, message, (into) => build(name, into));
      console.log(file);
    } catch (error) {
      console.error(`${name} cannot be built: ${error.message}`);
      process.exit(1);
    }
  }
}
