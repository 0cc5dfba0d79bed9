import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package.json, as far as it is looked at here. */
interface Manifest {
  name: string;
  version: string;
  license?: string | { type: string };
  licenses?: (string | { type: string })[];
  scripts?: Record<string, string>;
}

/** A package that is installed. */
export interface Installed {
  folder: string;
  manifest: Manifest;
}

/** All packages in pnpm's store of the project. */
export function readInstalled(root: string): Installed[] {
  const store = join(root, 'node_modules', '.pnpm');
  return folders(store)
    .filter((name) => name !== 'node_modules')
    .flatMap((name) => packagesIn(join(store, name, 'node_modules')))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    }));
}

/** The packages in a folder; links are another's. */
function packagesIn(modules: string): string[] {
  return folders(modules).flatMap((name) =>
    name.startsWith('@')
      ? folders(join(modules, name)).map((inner) => join(modules, name, inner))
      : [join(modules, name)],
  );
}

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry: Dirent) => entry.isDirectory() && entry.name !== '.bin')
    .map(({ name }) => name);
