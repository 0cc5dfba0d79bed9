import { readResults } from '../read.js';
import { median } from '../stats/median.js';
import { summarise } from '../summary.js';
import type { Measure, Verdict } from './cli.js';

const WITHIN = 0.02;

/** Two full runs say the same. */
export async function verifyRepeatability(measure: Measure, files: string[]): Promise<Verdict> {
  const runs =
    files.length === 2
      ? files.map(readResults)
      : [
          await measure(['--preset', 'full', '--seed', '1']),
          await measure(['--preset', 'full', '--seed', '2']),
        ];
  const [first = [], second = []] = runs.map(summarise);
  const differences = first.flatMap(({ event, rows }) =>
    rows.flatMap(({ name, cost }) => {
      const other = second
        .find((summary) => summary.event === event)
        ?.rows.find((row) => row.name === name)?.cost;
      if (cost === undefined || other === undefined) return [];
      console.log(
        `${event.padEnd(10)} ${name.padEnd(14)} ${cost.toFixed(1)} and ${other.toFixed(1)} µs: ×${(other / cost).toFixed(3)}`,
      );
      return [Math.abs(other / cost - 1)];
    }),
  );
  const middle = differences.length > 0 ? median(differences) : Number.NaN;
  return {
    claim: `the median difference of ${differences.length} costs between two runs is ${(middle * 100).toFixed(1)} % (under 2 %)`,
    holds: middle < WITHIN,
  };
}
