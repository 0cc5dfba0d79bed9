import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '@heptathlon/bench';

/** The repository. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder like the repository, with its apps to change and its results to add to: the rest is the repository's own. */
export function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'heptathlon-site-'));
  for (const name of readdirSync(repository)) {
    if (name !== 'apps' && name !== 'results') {
      symlinkSync(join(repository, name), join(copy, name));
    }
  }
  mkdirSync(join(copy, 'results'));
  for (const name of readdirSync(join(repository, 'results'))) {
    symlinkSync(join(repository, 'results', name), join(copy, 'results', name));
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

/**
 * Adds a run to a copy: one that it has, made the newest, with rounds that are void and no others.
 *
 * @param rounds by server and event
 */
export function addRun(
  copy: string,
  from: string,
  id: string,
  rounds: { name: string; event: string; rounds: number[] }[],
): void {
  const results: Results = JSON.parse(readFileSync(join(copy, 'results', `${from}.json`), 'utf8'));
  results.startedAt = `${id.slice(0, 10)}T00:00:00.000Z`;
  for (const { name, event, round, phases } of results.cells) {
    const isVoid = rounds.some(
      (each) => each.name === name && each.event === event && each.rounds.includes(round),
    );
    if (phases.saturation) phases.saturation.void = isVoid ? 'the machine was taken away' : null;
  }
  writeFileSync(join(copy, 'results', `${id}.json`), JSON.stringify(results));
}
