import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  askGit,
  describeCommit,
  driverBeside,
  endAll,
  gitCommand,
  type Target,
  withoutGit,
} from '@heptathlon/targets';
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
 * @param folder the top of the repository
 * @throws {UsageError} where there is no such commit, or no history at all
 */
export function findCommit(asked: string, folder = root): string {
  const commit = askGit(folder, 'rev-parse', '--verify', '--short', `${asked}^{commit}`);
  if (commit) return commit;
  throw new UsageError(
    describeCommit(folder).commit === null
      ? `--against ${asked}: there is no history to compare with: this folder is not a clone of the repository, or git is not installed.`
      : `--against ${asked}: there is no such commit here (git fetch brings more).`,
  );
}

/**
 * Puts the files of a commit into an empty folder, with a repository of its own there: the one that it is taken from
 * is only read.
 *
 * @throws {Error} with what git says, where it fails, or the signal ends it
 */
export async function checkOutAside(
  commit: string,
  folder: string,
  signal: AbortSignal,
  from = root,
): Promise<void> {
  for (const command of [
    gitCommand(from, 'clone', '--quiet', '--shared', '--no-checkout', '.', folder),
    gitCommand(folder, 'checkout', '--quiet', '--detach', commit),
  ]) {
    must(await runChild(command, { env: withoutGit(), signal }));
  }
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
    await checkOutAside(commit, folder, signal);
    const build = [process.execPath, join(folder, 'scripts', 'run.js'), 'build'];
    must(await runChild(build, { cwd: folder, env: withoutGit(), signal }));
    const index = join(folder, 'packages', 'targets', 'dist', 'index.js');
    const { listTargets } = await import(pathToFileURL(index).href);
    // An earlier commit's own list does not tell it.
    const driver = driverBeside(join(folder, 'apps'));
    const targets = (listTargets() as Target[])
      .filter(({ name }) => names.includes(name))
      .map((target) => ({
        ...target,
        name: nameAt(target.name, commit),
        ...(driver && { driver }),
      }));
    return { targets, remove };
  } catch (error) {
    await endAll(remove);
    signal.throwIfAborted();
    throw new Error(`${commit} cannot be built: ${(error as Error).message}`, { cause: error });
  }
}

function must({ code, stderr }: { code: number | null; stderr: string }): void {
  if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1));
}
