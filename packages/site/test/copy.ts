import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder like the repository, with its apps to change: the rest is the repository's own. */
export function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'heptathlon-site-'));
  for (const name of readdirSync(repository)) {
    if (name !== 'apps') symlinkSync(join(repository, name), join(copy, name));
  }
  cpSync(join(repository, 'apps'), join(copy, 'apps'), { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Adds an app to a copy: one of its own, under another name. */
export function addApp(copy: string, from: string, name: string): void {
  const folder = join(copy, 'apps', name);
  cpSync(join(copy, 'apps', from), folder, { recursive: true, verbatimSymlinks: true });
  const file = join(folder, 'package.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`app-${from}"`, `app-${name}"`));
}
