import { meritOf } from './plan.js';
import type { Results } from './result.js';
import { changesOf } from './summary.js';

/**
 * The exit code of a run: 1 where it was interrupted, a figure that ranks is void, or, against another commit, a
 * server became dearer or nothing could be compared. Where a generator is the limit, the capacity is not known, and the
 * comparison holds all the same.
 */
export function exitCodeOf(results: Results): 0 | 1 {
  const { interrupted, plan, cells } = results;
  const changes = changesOf(results);
  const isDearer = changes.some(({ differs, comparison }) => differs && comparison.ratio > 1);
  const merit = meritOf(plan);
  const fails =
    interrupted ||
    isDearer ||
    (plan.against !== undefined && changes.length === 0) ||
    cells.some(({ phases }) => phases[merit]?.void !== null);
  return fails ? 1 : 0;
}
