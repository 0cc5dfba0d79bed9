import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

const base = findBase();

/** The address of a file or folder of the repository; undefined where it is published nowhere that is known. */
export const publishedAt = (path: string): string | undefined => base && `${base}/${path}`;

/** The repository's files at the commit that the site is built from. */
function findBase(): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const url: string | undefined =
    repository?.url ?? repository ?? git('remote', 'get-url', 'origin');
  const commit = git('rev-parse', 'HEAD');
  const [, host, path] =
    /^(?:git\+)?(?:https:\/\/|git@)([\w.-]+)[:/](.+?)(?:\.git)?$/.exec(url ?? '') ?? [];
  return host && commit ? `https://${host}/${path}/blob/${commit}` : undefined;
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}
