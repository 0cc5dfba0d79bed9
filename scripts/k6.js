// Installs k6 into a cache outside the project, unless there is one: built by Go where Go is present,
// the official release otherwise. Part of the set-up, hence plain JavaScript and no imports but Node's.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Pins k6, and all that it is built from, by version and checksum. */
const goModule = fileURLToPath(new URL('./k6', import.meta.url));
const GO_PACKAGE = 'go.k6.io/k6/v2';
const [, VERSION] = readFileSync(join(goModule, 'go.mod'), 'utf8').match(/k6\/v2 v(\S+)/);
/** Where the official releases lie; a mirror can take their place. */
const RELEASES = process.env.K6_RELEASES || 'https://github.com/grafana/k6/releases/download';

const windows = process.platform === 'win32';
const { HEPTATHLON_CACHE, XDG_CACHE_HOME } = process.env;
const cache = HEPTATHLON_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'heptathlon');
/** The k6 that is installed. */
export const installed = join(cache, `k6-${VERSION}`, windows ? 'k6.exe' : 'k6');

/** Whether a program is a k6 that understands our scripts. */
export function isK6(program) {
  const { stdout } = spawnSync(program, ['version'], { encoding: 'utf8' });
  return /\bv2\.\d+\.\d+/.test(stdout ?? '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isK6('k6') && !isK6(installed)) await install();
}

async function install() {
  mkdirSync(dirname(installed), { recursive: true });
  const failures = [];
  for (const [how, way] of [
    ['building it with Go', build],
    ['downloading the official release', download],
  ]) {
    const folder = mkdtempSync(join(dirname(installed), 'new-'));
    const cleanUp = () => rmSync(folder, { recursive: true, force: true });
    process.on('exit', cleanUp);
    const startedAt = Date.now();
    const message = `k6 ${VERSION} is not installed: ${how} (once)`;
    console.error(`${message} ...`);
    const ticker = setInterval(() => {
      console.error(`${message} ... ${Math.round((Date.now() - startedAt) / 1000)} s`);
    }, 10_000);
    try {
      // In its place by a rename: nobody ever sees half of it.
      renameSync(await way(folder), installed);
      return;
    } catch (error) {
      failures.push(error.message);
    } finally {
      clearInterval(ticker);
      cleanUp();
    }
  }
  console.error(
    `k6 is not installed, and cannot be: ${failures.join('; ')}. See https://grafana.com/docs/k6/latest/set-up/install-k6/`,
  );
  process.exitCode = 1;
}

/** Built from a go.mod and go.sum of ours: `go install` would look up versions and checksums first. */
async function build(folder) {
  const program = join(folder, 'k6');
  // Without what a debugger needs it is built in three quarters of the time.
  const lean = ['-trimpath', '-ldflags=-s -w', '-gcflags=all=-dwarf=false'];
  await run('go', ['build', ...lean, '-o', program, GO_PACKAGE], goModule);
  return program;
}

async function download(folder) {
  const system = { darwin: 'macos', win32: 'windows' }[process.platform] ?? process.platform;
  const name = `k6-v${VERSION}-${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const archive = `${name}.${system === 'linux' ? 'tar.gz' : 'zip'}`;
  const checksums = await fetched(`k6-v${VERSION}-checksums.txt`);
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
  writeFileSync(join(folder, archive), content);
  // The tar of macOS and of Windows reads zip too.
  await run('tar', ['-xf', archive], folder);
  const program = join(folder, name, windows ? 'k6.exe' : 'k6');
  chmodSync(program, 0o755);
  return program;
}

async function fetched(file) {
  const url = `${RELEASES}/v${VERSION}/${file}`;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new Error(`${url} cannot be fetched`);
  return Buffer.from(await response.arrayBuffer());
}

/** Runs a program, and ends it where we are told to stop. */
async function run(program, args, cwd) {
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
