// Installs k6 into a cache outside the project, unless there is one: built by Go where Go is present,
// the official release otherwise. Part of the set-up, hence plain JavaScript and no imports but Node's.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isK6('k6') && !isK6(file)) await installK6();
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
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new Error(`${url} cannot be fetched`);
  return Buffer.from(await response.arrayBuffer());
}
