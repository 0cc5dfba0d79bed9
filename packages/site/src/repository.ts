import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the repository: the site is built from within it, or it is told. */
export const root = process.env.HEPTATHLON_ROOT ?? findRoot(process.cwd());

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('The site is built within the repository only');
  return findRoot(parent);
}
