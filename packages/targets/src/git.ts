import { execFileSync } from 'node:child_process';
import { devNull } from 'node:os';

/** Variables of git that tell where its own files are; all others would tell it which repository to take, and how. */
const KEPT = ['GIT_EXEC_PATH', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];

/**
 * What a program's environment has to have beside ours, lest git work on another repository than the one of its folder:
 * a hook of git, or a shell, may have set GIT_DIR, GIT_INDEX_FILE and the like. undefined is not set.
 */
export function withoutGit(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => name.startsWith('GIT_'));
  const set = names.filter((name) => !KEPT.includes(name));
  // git status would write the index anew.
  return { ...Object.fromEntries(set.map((name) => [name, undefined])), GIT_OPTIONAL_LOCKS: '0' };
}

/** The command line of git in a folder, to be run with `withoutGit`: no hook of the user's is called. */
export function gitCommand(folder: string, ...args: string[]): [string, ...string[]] {
  return ['git', '-C', folder, '-c', `core.hooksPath=${devNull}`, ...args];
}

/**
 * Asks git about the repository whose top is a folder.
 *
 * @returns what it prints; undefined where the folder is no such top, as that of an unpacked archive that lies in another
 *   repository, where git is not installed, or where it fails
 */
export function askGit(folder: string, ...args: string[]): string | undefined {
  const ask = (...asked: string[]) => {
    const [program, ...rest] = gitCommand(folder, ...asked);
    return execFileSync(program, rest, {
      env: { ...process.env, ...withoutGit() },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  };
  try {
    // The way from the top to the folder: none.
    return ask('rev-parse', '--is-inside-work-tree', '--show-prefix') === 'true'
      ? ask(...args)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The commit that is checked out in a folder, and whether files differ from it; null where the folder is no repository. */
export function describeCommit(folder: string): { commit: string | null; dirty: boolean } {
  return {
    commit: askGit(folder, 'rev-parse', '--short', 'HEAD') ?? null,
    dirty: Boolean(askGit(folder, 'status', '--porcelain')),
  };
}
