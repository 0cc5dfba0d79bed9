import { namesOf } from '../plan.js';
import type { Results } from '../result.js';
import { median } from '../stats/median.js';
import type { Measure, Verdict } from './cli.js';

const EVENTS = ['plaintext', 'json', 'jsonBody', 'params'];
const WITHIN = 0.05;

/**
 * At saturation a server of one process uses its core fully: capacity is one core over the cost. And the
 * cost does not depend on who asks.
 */
export async function verifyAgreement(measure: Measure): Promise<Verdict> {
  const args = ['--phases', 'saturation', '--events', EVENTS.join(), '--no-control'];
  const runs: Record<'wrk' | 'autocannon', Results[]> = { wrk: [], autocannon: [] };
  // There and back again: what drifts meanwhile falls on both alike.
  for (const generator of ['wrk', 'autocannon', 'autocannon', 'wrk'] as const) {
    runs[generator].push(await measure([...args, '--duration', '2', '--generator', generator]));
  }
  const names = runs.wrk.slice(0, 1).flatMap(({ plan }) => namesOf(plan));
  let worst = 0;
  for (const event of EVENTS) {
    for (const name of names) {
      const one = figuresOf(runs.wrk, event, name);
      const other = figuresOf(runs.autocannon, event, name);
      const used = one.capacity / (1e6 / one.cost);
      const ratio = one.cost / other.cost;
      worst = Math.max(worst, Math.abs(used - 1), Math.abs(ratio - 1));
      console.log(
        `${event.padEnd(10)} ${name.padEnd(8)} capacity ÷ (core ÷ cost) ${used.toFixed(3)}  cost with wrk ÷ with autocannon ${ratio.toFixed(3)}`,
      );
    }
  }
  return {
    claim: `they agree within ${(worst * 100).toFixed(1)} % in every cell (at most 5 %)`,
    holds: worst <= WITHIN,
  };
}

/** Of runs at saturation, void or not: that the generator is the limit is part of what is looked at. */
function figuresOf(runs: Results[], event: string, name: string) {
  const all = runs.flatMap(({ cells }) => cells);
  const cells = all.flatMap((cell) => {
    const { usage } = cell.phases.saturation ?? {};
    if (cell.event !== event || cell.name !== name || !usage?.server) return [];
    const { server, requests, seconds } = usage;
    return [{ cost: (server.user + server.system) / requests, capacity: requests / seconds }];
  });
  const middle = (values: number[]) => median(values.length > 0 ? values : [Number.NaN]);
  return {
    cost: middle(cells.map(({ cost }) => cost)),
    capacity: middle(cells.map(({ capacity }) => capacity)),
  };
}
