import type { Results } from '../result.js';
import { compare } from '../stats/compare.js';
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
    ...['--phases', 'saturation', '--events', EVENTS.join(), '--no-control'],
    ...['--generator', 'wrk,autocannon', '--rounds', '6', '--duration', '4'],
  ]);
  let worst = 0;
  for (const event of EVENTS) {
    for (const target of results.targets.map(({ name }) => name)) {
      const wrk = figuresOf(results, event, `${target} generator=wrk`);
      const autocannon = figuresOf(results, event, `${target} generator=autocannon`);
      // Of one core, in requests: what was done over what the cost allows.
      const used = median(wrk.map(({ cost, capacity }) => (capacity * cost) / 1e6));
      const { ratio, t } = compare(costsOf(wrk), costsOf(autocannon), 1);
      worst = Math.max(worst, Math.abs(used - 1), Math.abs(ratio - 1));
      console.log(
        `${event.padEnd(10)} ${target.padEnd(8)} capacity ÷ (core ÷ cost) ${used.toFixed(3)}  cost with wrk ÷ with autocannon ${ratio.toFixed(3)} [${t.low.toFixed(3)}, ${t.high.toFixed(3)}]`,
      );
    }
  }
  return {
    claim: `they agree within ${(worst * 100).toFixed(1)} % in every cell (at most 5 %)`,
    holds: worst <= WITHIN,
  };
}

interface Figures {
  cost: number;
  capacity: number;
}

const costsOf = (all: Figures[]) => all.map(({ cost }) => cost);

/**
 * At saturation, round by round, void or not: that the generator is the limit is part of what is looked at.
 *
 * @throws {Error} where a round has none
 */
function figuresOf({ cells }: Results, event: string, name: string): Figures[] {
  return cells
    .filter((cell) => cell.event === event && cell.name === name)
    .map(({ round, phases }) => {
      const { usage } = phases.saturation ?? {};
      if (!usage?.server) throw new Error(`${name} ${event} was not measured in round ${round}.`);
      const { server, requests, seconds } = usage;
      return { cost: (server.user + server.system) / requests, capacity: requests / seconds };
    });
}
