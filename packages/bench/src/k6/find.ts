import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A k6 that can be run. */
export interface K6 {
  path: string;
  version: string;
}

/**
 * Finds a k6 that understands our scripts: on `PATH`, or where the set-up installs it (`scripts/k6.js`).
 *
 * @returns undefined where there is none
 */
export async function findK6(): Promise<K6 | undefined> {
  const goMod = readFileSync(new URL('../../../../scripts/go/k6/go.mod', import.meta.url), 'utf8');
  const pinned = /k6\/v2 v(\S+)/.exec(goMod)?.[1];
  const program = process.platform === 'win32' ? 'k6.exe' : 'k6';
  return (await ask('k6')) ?? (await ask(join(cacheFolder(), `k6-${pinned}`, program)));
}

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
