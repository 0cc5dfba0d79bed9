import type { Results } from '../result.js';
import { median } from '../stats/median.js';
import type { Measure, Verdict } from './cli.js';

const EVENTS = ['plaintext', 'json', 'jsonBody', 'params'];
const WITHIN = 0.05;

/**
 * At saturation a server of one process uses its core fully: capacity is one core over the cost. And the
 * cost does not depend on who asks: both generators take turns, in one run.
 */
export async function verifyAgreement(measure: Measure): Promise<Verdict> {
  const results = await measure([
    ...['--phases', 'saturation', '--duration', '4', '--events', EVENTS.join(), '--no-control'],
    ...['--generator', 'wrk,autocannon'],
  ]);
  let worst = 0;
  for (const event of EVENTS) {
    for (const target of results.targets.map(({ name }) => name)) {
      const wrk = figuresOf(results, event, `${target} generator=wrk`);
      const autocannon = figuresOf(results, event, `${target} generator=autocannon`);
      const used = wrk.capacity / (1e6 / wrk.cost);
      const ratio = wrk.cost / autocannon.cost;
      worst = Math.max(worst, Math.abs(used - 1), Math.abs(ratio - 1));
      console.log(
        `${event.padEnd(10)} ${target.padEnd(8)} capacity ÷ (core ÷ cost) ${used.toFixed(3)}  cost with wrk ÷ with autocannon ${ratio.toFixed(3)}`,
      );
    }
  }
  return {
    claim: `they agree within ${(worst * 100).toFixed(1)} % in every cell (at most 5 %)`,
    holds: worst <= WITHIN,
  };
}

/** At saturation, void or not: that the generator is the limit is part of what is looked at. */
function figuresOf({ cells }: Results, event: string, name: string) {
  const found = cells.flatMap((cell) => {
    const { usage } = cell.phases.saturation ?? {};
    if (cell.event !== event || cell.name !== name || !usage?.server) return [];
    const { server, requests, seconds } = usage;
    return [{ cost: (server.user + server.system) / requests, capacity: requests / seconds }];
  });
  const middle = (values: number[]) => median(values.length > 0 ? values : [Number.NaN]);
  return {
    cost: middle(found.map(({ cost }) => cost)),
    capacity: middle(found.map(({ capacity }) => capacity)),
  };
}
