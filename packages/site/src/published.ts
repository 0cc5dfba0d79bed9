import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askGit } from '@heptathlon/targets';
import { root } from './repository.js';

const base = findBase();

/** The address of a file or folder of the repository; undefined where it is published nowhere that is known. */
export const publishedAt = (path: string): string | undefined => base && `${base}/${path}`;

/** The repository's files at the commit that the site is built from. */
function findBase(): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const url: string | undefined =
    repository?.url ?? repository ?? askGit(root, 'remote', 'get-url', 'origin');
  const commit = askGit(root, 'rev-parse', 'HEAD');
  const [, host, path] =
    /^(?:git\+)?(?:https:\/\/|git@)([\w.-]+)[:/](.+?)(?:\.git)?$/.exec(url ?? '') ?? [];
  return host && commit ? `https://${host}/${path}/blob/${commit}` : undefined;
}
