import { NONE } from '../output/format.js';
import { median } from '../stats/median.js';
import type { Finding } from './judge.js';
import type { Metric } from './metrics.js';
import type { SoakResults } from './result.js';

/** A figure of a metric, and its sign. */
export const figure = (value: number) => withDigits(value, digitsOf(value));

/** `+0.12 [−0.03, +0.27]`: the slope and its 95 % interval. */
export function describeTrend({ trend }: Pick<Finding, 'trend'>): string {
  if (!trend) return NONE;
  const { slope, low, high } = trend;
  const widest = Math.max(Math.abs(low), Math.abs(high));
  // An interval that does not hold 0 shall not read as if it were 0.
  const digits =
    widest > 0 && widest < 0.1 ? Math.min(4, 1 - Math.floor(Math.log10(widest))) : digitsOf(widest);
  const [middle, from, to] = [slope, low, high].map((value) => {
    const text = withDigits(value, digits);
    return value > 0 && Number(text) !== 0 ? `+${text}` : text;
  });
  return `${middle} [${from}, ${to}]`;
}

const digitsOf = (value: number) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);

function withDigits(value: number, digits: number): string {
  const text = value.toFixed(digits);
  // Not -0.00.
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace('-', '−');
}

/** `MiB/h` */
export const unitOf = ({ unit }: Metric) => `${unit || 'number'}/h`;

/** So many that want to run, for each core, are a crowd. */
const BUSY = 2;

/** Says that the machine was busy, where it was and answers were wrong. */
export function describeBusy(results: SoakResults): string | undefined {
  const { loadAverages, machine, servers } = results;
  if (loadAverages.length === 0 || servers.every(({ answers }) => answers.wrong === 0)) {
    return undefined;
  }
  const usual = median(loadAverages);
  if (usual <= BUSY * machine.cores) return undefined;
  return `The machine was busy: a load average of ${usual.toFixed(1)} on ${machine.cores} cores. Requests waited for the processor: a 503 outside of faults may come of that.`;
}
