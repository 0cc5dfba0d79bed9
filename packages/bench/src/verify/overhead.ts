import { readResults } from '../read.js';
import { median } from '../stats/median.js';
import type { Measure, Verdict } from './cli.js';

const AT_MOST = 0.01;

/** The bench itself takes next to nothing of the machine while it measures. */
export async function verifyOverhead(measure: Measure, [file]: string[]): Promise<Verdict> {
  const results = file ? readResults(file) : await measure(['--rounds', '1', '--no-control']);
  const shares = results.cells.flatMap(({ event, name, phases }) =>
    Object.values(phases).flatMap(({ usage }) => (usage ? [{ event, name, ...usage }] : [])),
  );
  const most = shares.toSorted((a, b) => b.runnerBusy - a.runnerBusy).slice(0, 5);
  for (const { event, name, runnerBusy, seconds } of most) {
    console.log(
      `${event} ${name}: ${(runnerBusy * 100).toFixed(2)} % of a core in ${seconds.toFixed(1)} s`,
    );
  }
  const middle =
    shares.length > 0 ? median(shares.map(({ runnerBusy }) => runnerBusy)) : Number.NaN;
  return {
    claim: `the bench used ${(middle * 100).toFixed(2)} % of a core, median of ${shares.length} phases (under 1 %)`,
    holds: middle < AT_MOST,
  };
}
