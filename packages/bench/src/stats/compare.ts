/// <reference path="./jstat.d.ts" />
import jStat from 'jstat';
import { seeded } from './random.js';

/** An interval of ratios. */
export interface Interval {
  low: number;
  high: number;
}

/** How a figure of one target compares with that of another, over the rounds of a run. */
export interface Comparison {
  /** The rounds that both have a figure of. */
  rounds: number;
  /** The geometric mean of the rounds' ratios: 1.05 is 5 % more. */
  ratio: number;
  /** 95 % percentile bootstrap interval over rounds. */
  bootstrap: Interval;
  /** 95 % t-interval of the mean log-ratio. Of few rounds it is the wider, and the more honest. */
  t: Interval;
  /** Two-sided p-value of the t-test that the ratio is 1. */
  p: number;
  /** The smallest ratio above 1 that a run like this one finds in 4 of 5 cases. */
  smallestDifference: number;
}

/** Who cannot see a difference of 100 % sees none that anybody asks for. */
const WORTH_SEEING = 2;

/** Whether a comparison can tell anything: otherwise its *no difference* would mean nothing. */
export const canTell = ({ smallestDifference }: Comparison): boolean =>
  smallestDifference <= WORTH_SEEING;

/** Of the intervals, and of the smallest difference. */
export const CONFIDENCE = 0.95;
export const POWER = 0.8;
const RESAMPLES = 10_000;

/**
 * Compares two series of a figure, paired by round: what the machine does to a round it does to both.
 *
 * Ratios are averaged as logarithms, so that A over B and B over A say the same (Fleming and Wallace
 * 1986). Rounds are resampled, not requests: requests of one process are not independent (Kalibera and
 * Jones 2013).
 *
 * How much chance adds to a figure is learnt from all contenders of the event, as of a randomised complete
 * block design, whose blocks are the rounds (Montgomery, "Design and Analysis of Experiments", chapter 4):
 * three rounds of two alone say next to nothing of it. With nobody else it is the paired t-test.
 *
 * @param values the figures of each round, above 0
 * @param base those that they are compared with, of the same rounds
 * @param seed of the resampling
 * @param others the figures of other contenders, of the same rounds
 * @throws {RangeError} where there are fewer than two rounds, or the series differ in length
 */
export function compare(
  values: number[],
  base: number[],
  seed: number,
  others: number[][] = [],
): Comparison {
  const all = [values, base, ...others];
  if (all.some(({ length }) => length !== values.length)) {
    throw new RangeError('the series differ in length');
  }
  if (values.length < 2) throw new RangeError('one round has no interval: at least two are needed');
  const logs = values.map((value, round) => Math.log(value / (base[round] as number)));
  const mean = jStat.mean(logs);
  const { variance, freedom } = residuals(all.map((series) => series.map(Math.log)));
  const standardError = Math.sqrt((2 * variance) / logs.length);
  const critical = jStat.studentt.inv((1 + CONFIDENCE) / 2, freedom);
  const powerful = jStat.studentt.inv(POWER, freedom);
  return {
    rounds: logs.length,
    ratio: Math.exp(mean),
    bootstrap: bootstrap(logs, seed),
    t: {
      low: Math.exp(mean - critical * standardError),
      high: Math.exp(mean + critical * standardError),
    },
    p:
      standardError === 0
        ? mean === 0
          ? 1
          : 0
        : 2 * jStat.studentt.cdf(-Math.abs(mean / standardError), freedom),
    smallestDifference: Math.exp((critical + powerful) * standardError),
  };
}

/** What contender and round leave unexplained of a figure, and how many degrees of freedom that has. */
function residuals(table: number[][]): { variance: number; freedom: number } {
  const [{ length: rounds } = []] = table;
  const ofRound = Array.from({ length: rounds }, (_, round) =>
    jStat.mean(table.map((series) => series[round] as number)),
  );
  const ofAll = jStat.mean(ofRound);
  const squares = table.flatMap((series) => {
    const own = jStat.mean(series);
    return series.map((log, round) => (log - own - (ofRound[round] as number) + ofAll) ** 2);
  });
  const freedom = (table.length - 1) * (rounds - 1);
  return { variance: squares.reduce((sum, square) => sum + square, 0) / freedom, freedom };
}

/** The percentile interval of the mean of resampled logarithms (Efron and Tibshirani 1993, chapter 13). */
function bootstrap(logs: number[], seed: number): Interval {
  const drawn = drawsOf(seed, logs.length);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let draw = resample * logs.length; draw < (resample + 1) * logs.length; draw++) {
      sum += logs[drawn[draw] as number] as number;
    }
    means[resample] = sum / logs.length;
  }
  // Typed arrays sort numbers several times as fast, and a run compares hundreds of times.
  return percentileInterval([...means.sort()]);
}

const draws = new Map<string, Uint16Array>();

/** Which rounds all resamples hold: the same for all comparisons of a run. */
function drawsOf(seed: number, rounds: number): Uint16Array {
  const key = `${seed} ${rounds}`;
  const known = draws.get(key);
  if (known) return known;
  const random = seeded(seed);
  const drawn = Uint16Array.from({ length: RESAMPLES * rounds }, () => random.below(rounds));
  draws.set(key, drawn);
  return drawn;
}

/** The middle 95 % of resampled logarithms, as ratios. */
export function percentileInterval(logs: number[]): Interval {
  const tail = (1 - CONFIDENCE) / 2;
  const [low = 0, high = 0] = jStat.quantiles(logs, [tail, 1 - tail], 1, 1);
  return { low: Math.exp(low), high: Math.exp(high) };
}

/**
 * Adjusts p-values so that the chance of naming any difference that is none stays what it is for one
 * (Holm 1979).
 *
 * @returns the adjusted values, in the order of the given ones
 */
export function holm(ps: number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}
