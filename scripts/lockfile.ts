import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Versions = Record<string, string | { version: string }>;

interface Dependencies {
  dependencies?: Versions;
  optionalDependencies?: Versions;
  devDependencies?: Versions;
}

interface Lockfile {
  importers: Record<string, Dependencies>;
  packages: Record<string, { os?: string[]; cpu?: string[]; libc?: string[] }>;
  snapshots: Record<string, Dependencies>;
}

/** The packages of a lockfile, as `name@version`, sorted. */
export interface Locked {
  /** What the servers of `apps/` need to run. */
  shipped: string[];
  /** What else is there: to build, test, load and compare. */
  others: string[];
  /** Binaries for one platform, by the package that chooses among them: the names, and its own `name@version`. */
  binaries: Map<string, string[]>;
}

/** Reads which packages a pnpm-lock.yaml names. */
export function readLockfile(root: string): Locked {
  const lockfile: Lockfile = parse(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'));
  const { packages, snapshots, importers } = lockfile;
  const bound = (name: string) => {
    const { os, cpu, libc } = packages[name] ?? {};
    return os !== undefined || cpu !== undefined || libc !== undefined;
  };
  const binaries = new Map<string, string[]>();
  for (const [key, { optionalDependencies = {} }] of Object.entries(snapshots)) {
    const chosen = keysOf(optionalDependencies).map(plain).filter(bound);
    if (chosen.length > 0) binaries.set(plain(key), chosen);
  }
  const paths = Object.keys(importers);
  const apps = paths.filter((path) => path.startsWith('apps/'));
  const shipped = reach(apps, lockfile, false, bound);
  const all = reach(paths, lockfile, true, bound);
  return {
    shipped: shipped.toSorted(),
    others: all.filter((name) => !shipped.includes(name)).toSorted(),
    binaries,
  };
}

/**
 * What folders of the workspace need, what that needs, and so on.
 *
 * @param dev whether to run is not all that they need
 * @param ends what is not followed, nor named
 */
function reach(
  paths: string[],
  { importers, snapshots }: Lockfile,
  dev: boolean,
  ends: (name: string) => boolean = () => false,
): string[] {
  const seen = new Set(paths);
  // It grows while it is walked.
  for (const at of seen) {
    const needs: Dependencies = importers[at] ?? snapshots[at] ?? {};
    for (const key of [
      ...keysOf(needs.dependencies, at),
      ...keysOf(needs.optionalDependencies, at),
      ...(dev ? keysOf(needs.devDependencies, at) : []),
    ]) {
      if (!ends(plain(key))) seen.add(key);
    }
  }
  return [...new Set([...seen].filter((key) => !(key in importers)).map(plain))];
}

/** @param at where they are needed: links to other folders start there */
function keysOf(versions: Versions = {}, at = ''): string[] {
  return Object.entries(versions).map(([name, found]) => {
    const version = typeof found === 'string' ? found : found.version;
    const linked = /^link:(.*)/.exec(version)?.[1];
    if (linked !== undefined) return join(at, linked);
    // An alias stands for a package of another name: its version holds both.
    return /^@?[^@(]+@\d/.test(version) ? version : `${name}@${version}`;
  });
}

/** Without the peers that it was resolved with, and the patch. */
const plain = (key: string) => key.replace(/\(.*$/, '');
