import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { install } from './install.js';

const run = promisify(execFile);

/** The version that is installed where there is none. */
export const K6_VERSION = '2.2.0';

/** A k6 that can be run. */
export interface K6 {
  path: string;
  version: string;
}

/**
 * Finds k6 2 on `PATH`, then in our cache outside the project, and installs it there otherwise.
 *
 * @param say is told what takes long
 * @throws {Error} where there is none and none can be installed
 */
export async function findK6(say: (line: string) => void, signal: AbortSignal): Promise<K6> {
  const cached = join(
    cacheFolder(),
    `k6-${K6_VERSION}`,
    process.platform === 'win32' ? 'k6.exe' : 'k6',
  );
  return (await ask('k6')) ?? (await ask(cached)) ?? (await installed());

  async function installed(): Promise<K6> {
    await install(K6_VERSION, cached, say, signal);
    await access(cached, constants.X_OK);
    return { path: cached, version: K6_VERSION };
  }
}

/** The version of the k6 at a path, where it is one that understands our scripts and options. */
async function ask(path: string): Promise<K6 | undefined> {
  try {
    const { stdout } = await run(path, ['version']);
    const version = /\bv(2\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    return version ? { path, version } : undefined;
  } catch {
    return undefined;
  }
}

function cacheFolder(): string {
  const { HEPTATHLON_CACHE, XDG_CACHE_HOME } = process.env;
  return HEPTATHLON_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'heptathlon');
}
