import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Target } from '@heptathlon/targets';
import { runChild } from '../child.js';
import { UsageError } from '../usage.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The servers of another commit, built aside. */
export interface Built {
  /** Named after the commit, as in `hono@1a2b3c4`. */
  targets: Target[];
  /** Removes the folder in which they were built. */
  remove(): Promise<void>;
}

/** What a target is called that is built from a commit. */
export const nameAt = (name: string, commit: string) => `${name}@${commit}`;

/**
 * The short name of a commit.
 *
 * @throws {UsageError} where there is no such commit
 */
export async function findCommit(asked: string, signal: AbortSignal): Promise<string> {
  const commit = `${asked}^{commit}`;
  const { code, stdout } = await git(signal, 'rev-parse', '--verify', '--short', commit);
  if (code === 0) return stdout.trim();
  throw new UsageError(`--against ${asked}: there is no such commit here (git fetch brings more).`);
}

/**
 * Builds the servers of a commit in a temporary folder, with the dependencies and the Node that it names.
 *
 * @param names those that are wanted; one that the commit does not have is left out
 * @throws {Error} where it cannot be built, or the signal ends it
 */
export async function buildCommit(
  commit: string,
  names: string[],
  signal: AbortSignal,
): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), `heptathlon-${commit}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    must(await git(signal, 'clone', '--quiet', '--shared', '--no-checkout', '.', folder));
    must(await git(signal, '-C', folder, 'checkout', '--quiet', '--detach', commit));
    const build = [process.execPath, join(folder, 'scripts', 'run.js'), 'build'];
    must(await runChild(build, { cwd: folder, signal }));
    const index = join(folder, 'packages', 'targets', 'dist', 'index.js');
    const { listTargets } = await import(pathToFileURL(index).href);
    const targets = (listTargets() as Target[])
      .filter(({ name }) => names.includes(name))
      .map((target) => ({ ...target, name: nameAt(target.name, commit) }));
    return { targets, remove };
  } catch (error) {
    await remove();
    signal.throwIfAborted();
    throw new Error(`${commit} cannot be built: ${(error as Error).message}`, { cause: error });
  }
}

const git = (signal: AbortSignal, ...args: string[]) =>
  runChild(['git', ...args], { cwd: root, signal });

function must({ code, stderr }: { code: number | null; stderr: string }): void {
  if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1));
}
