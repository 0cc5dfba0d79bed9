import { controlOf } from '../summary.js';
import type { Measure, Verdict } from './cli.js';

const RUNS = 3;
const ALLOWED = 1;

/** A server against itself is called no difference, but for what 95 % intervals let through. */
export async function verifyControl(measure: Measure): Promise<Verdict> {
  let comparisons = 0;
  let differences = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const results = await measure(['--targets', 'fastify', '--seed', String(seed)]);
    for (const { event, comparison, differs } of controlOf(results)?.comparisons ?? []) {
      comparisons++;
      if (differs) differences++;
      const { ratio, t, smallestDifference } = comparison;
      const interval = `[${t.low.toFixed(3)}, ${t.high.toFixed(3)}]`;
      const seen = `${((smallestDifference - 1) * 100).toFixed(1)} %`;
      console.log(
        `run ${seed}  ${event.padEnd(10)} ×${ratio.toFixed(3)} ${interval}  could see ${seen}  ${differs ? 'a difference' : 'no difference'}`,
      );
    }
  }
  return {
    claim: `of ${comparisons} comparisons of a server with itself, ${differences} called a difference (at most ${ALLOWED})`,
    holds: comparisons === RUNS * 7 && differences <= ALLOWED,
  };
}
