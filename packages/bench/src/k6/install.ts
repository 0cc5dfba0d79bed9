import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runChild } from '../child.js';

const GO_MODULE = 'go.k6.io/k6/v2';
const RELEASES = 'https://github.com/grafana/k6/releases/download';

/** What takes part in an installation. */
interface Step {
  version: string;
  /** An empty folder, on the same file system as the target. */
  folder: string;
  signal: AbortSignal;
}

/**
 * Installs k6: built by Go where Go is present, the official release otherwise. The program appears at
 * `target` complete or not at all.
 *
 * @param releases where the official releases lie
 * @throws {Error} naming what each way failed with, and the remedy
 */
export async function install(
  version: string,
  target: string,
  say: (line: string) => void,
  signal: AbortSignal,
  releases = RELEASES,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const failures: string[] = [];
  for (const [how, way] of [
    ['building it with Go (about a minute, once)', build],
    ['downloading the official release', (step: Step) => download(step, releases)],
  ] as const) {
    signal.throwIfAborted();
    const folder = await mkdtemp(join(dirname(target), 'new-'));
    const startedAt = Date.now();
    const message = `k6 ${version} is not installed: ${how}`;
    say(`${message} ...`);
    const ticker = setInterval(() => {
      say(`${message} ... ${Math.round((Date.now() - startedAt) / 1000)} s`);
    }, 5000);
    try {
      await rename(await way({ version, folder, signal }), target);
      return;
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error instanceof Error ? error.message : String(error));
    } finally {
      clearInterval(ticker);
      await rm(folder, { recursive: true, force: true });
    }
  }
  throw new Error(
    `k6 is not installed, and cannot be: ${failures.join('; ')}. Install it (https://grafana.com/docs/k6/latest/set-up/install-k6/) or use --generator autocannon.`,
  );
}

/** Built as a dependency of an empty module: unlike `go install`, that asks for no other version's go.mod. */
async function build({ version, folder, signal }: Step): Promise<string> {
  await writeFile(join(folder, 'go.mod'), `module k6\n\nrequire ${GO_MODULE} v${version}\n`);
  const program = join(folder, 'k6');
  const { code, stderr } = await runChild(
    'go',
    ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', program, GO_MODULE],
    { cwd: folder, signal },
  ).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('Go is not installed');
    }
    throw error;
  });
  if (code !== 0) throw new Error(`go build: ${stderr.trim().split('\n').at(-1)}`);
  return program;
}

async function download({ version, folder, signal }: Step, releases: string): Promise<string> {
  const [system, kind] = {
    darwin: ['macos', 'zip'],
    linux: ['linux', 'tar.gz'],
    win32: ['windows', 'zip'],
  }[process.platform as string] ?? [process.platform, 'tar.gz'];
  const name = `k6-v${version}-${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const base = `${releases}/v${version}`;
  const fetched = async (file: string) => {
    const response = await fetch(`${base}/${file}`, { signal }).catch(() => undefined);
    if (!response?.ok) throw new Error(`${base}/${file} cannot be fetched`);
    return Buffer.from(await response.arrayBuffer());
  };
  const checksums = (await fetched(`k6-v${version}-checksums.txt`)).toString();
  const archive = await fetched(`${name}.${kind}`);
  const digest = createHash('sha256').update(archive).digest('hex');
  if (!checksums.split('\n').some((line) => line.trim() === `${digest}  ${name}.${kind}`)) {
    throw new Error(`${name}.${kind} has the wrong checksum`);
  }
  await writeFile(join(folder, 'archive'), archive);
  // Both GNU tar and the bsdtar of macOS and Windows; the latter reads zip too.
  const { code, stderr } = await runChild('tar', ['-xf', 'archive'], { cwd: folder, signal });
  if (code !== 0) throw new Error(`tar: ${stderr.trim()}`);
  const program = join(folder, name, process.platform === 'win32' ? 'k6.exe' : 'k6');
  await chmod(program, 0o755);
  return program;
}
