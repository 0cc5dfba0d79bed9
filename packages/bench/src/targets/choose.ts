import { listTargets, type Target, type UrlTarget } from '@heptathlon/targets';
import { UsageError } from '../usage.js';
import { readTargetsFile } from './file.js';
import { readGivenTarget } from './given.js';

/**
 * The servers of a run. `--targets` chooses by name, of ours and of those in `--targets-file`; without it
 * the preset chooses of ours, and all of the file take part. Those of `--target` always do.
 *
 * @param asked the options, as `parseArgs` gives them
 * @param preset the names that the preset chooses; all of ours, where it chooses none
 * @throws {UsageError} in one line, where one is wrong
 */
export function chooseTargets(
  asked: {
    targets?: string | undefined;
    target?: string[] | undefined;
    'targets-file'?: string | undefined;
  },
  preset?: string[],
): (Target | UrlTarget)[] {
  const ours = listTargets();
  const others = readFile(asked['targets-file']);
  const given = (asked.target ?? []).map(readGivenTarget);
  const all = [...ours, ...others, ...given];
  const twice = all.find(({ name }, index) => all.findIndex((each) => each.name === name) < index);
  if (twice) throw new UsageError(`There are two targets of the name "${twice.name}".`);
  if (asked.targets === undefined) {
    return [...(preset?.map((name) => find(name, ours)) ?? ours), ...others, ...given];
  }
  const names = asked.targets.split(',').map((name) => name.trim());
  return [...new Set([...names.map((name) => find(name, all)), ...given])];
}

const readFile = (file: string | undefined) => (file === undefined ? [] : readTargetsFile(file));

function find(name: string, all: (Target | UrlTarget)[]): Target | UrlTarget {
  const found = all.find((target) => target.name === name);
  if (found) return found;
  const names = all.map((target) => target.name).join(', ');
  throw new UsageError(`There is no target "${name}". Targets: ${names}`);
}
