import { join } from 'node:path';
import { meritOf } from '@heptathlon/bench';
import { listTargets } from '@heptathlon/targets';
import { root } from '../repository.js';
import { listRuns, type Run } from './runs.js';

/** Runs whose figures are those of our servers as they are: proved, undisturbed, at saturation, complete. */
export function counts({ results: { plan, interrupted } }: Run): boolean {
  return !interrupted && !plan.unproved && !plan.diagnostic && meritOf(plan) === 'saturation';
}

/** How many of our servers a run has, under all seven events. */
function reachOf(run: Run, names: string[]): number {
  return run.results.plan.events.length * names.filter((name) => hasTarget(run, name)).length;
}

const hasTarget = ({ results }: Run, target: string) =>
  results.plan.contenders.some((each) => each.name === target && each.target === target);

/**
 * The run that the site's table shows: of those that count, one that has the most of our servers and events,
 * and of these the newest.
 *
 * @throws {Error} where `results/` has none
 */
export function chosenRun(): Run {
  const names = listTargets(join(root, 'apps')).map(({ name }) => name);
  const runs = listRuns().filter(counts);
  const reach = Math.max(...runs.map((run) => reachOf(run, names)));
  const found = runs.find((run) => reachOf(run, names) === reach);
  if (!found) throw new Error('results/ has no complete run of the bench at saturation');
  return found;
}
