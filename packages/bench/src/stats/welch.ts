/// <reference path="./jstat.d.ts" />
import jStat from 'jstat';
import { CONFIDENCE, type Comparison, POWER, percentileInterval } from './compare.js';
import { seeded } from './random.js';

const RESAMPLES = 10_000;

/**
 * Compares two series of a figure that have nothing to do with each other, such as the rounds of two runs:
 * Welch's t-test of the logarithms, which does not ask for equal variances (Welch 1947), with the degrees
 * of freedom of Satterthwaite (1946); and a bootstrap of each series (Efron and Tibshirani 1993, chapter 8).
 *
 * @param values the figures, above 0
 * @param base those that they are compared with
 * @param seed of the resampling
 * @throws {RangeError} where one of them has fewer than two
 */
export function compareUnpaired(values: number[], base: number[], seed: number): Comparison {
  if (values.length < 2 || base.length < 2) {
    throw new RangeError('one round has no interval: at least two are needed');
  }
  const [logs, baseLogs] = [values.map(Math.log), base.map(Math.log)];
  const difference = jStat.mean(logs) - jStat.mean(baseLogs);
  const [one, other] = [logs, baseLogs].map((all) => ({
    share: jStat.stdev(all, true) ** 2 / all.length,
    freedom: all.length - 1,
  })) as [Part, Part];
  const standardError = Math.sqrt(one.share + other.share);
  const freedom =
    standardError === 0
      ? one.freedom + other.freedom
      : (one.share + other.share) ** 2 /
        (one.share ** 2 / one.freedom + other.share ** 2 / other.freedom);
  const critical = jStat.studentt.inv((1 + CONFIDENCE) / 2, freedom);
  const chance = 2 * jStat.studentt.cdf(-Math.abs(difference / standardError), freedom);
  return {
    rounds: Math.min(values.length, base.length),
    ratio: Math.exp(difference),
    bootstrap: bootstrap(logs, baseLogs, seed),
    t: {
      low: Math.exp(difference - critical * standardError),
      high: Math.exp(difference + critical * standardError),
    },
    p: standardError === 0 ? Number(difference === 0) : chance,
    smallestDifference: Math.exp((critical + jStat.studentt.inv(POWER, freedom)) * standardError),
  };
}

/** A series' part of the variance of the difference. */
interface Part {
  share: number;
  freedom: number;
}

function bootstrap(logs: number[], baseLogs: number[], seed: number) {
  const random = seeded(seed);
  const resampledMean = (all: number[]) => {
    let sum = 0;
    for (let draw = 0; draw < all.length; draw++) sum += all[random.below(all.length)] as number;
    return sum / all.length;
  };
  return percentileInterval(
    Array.from({ length: RESAMPLES }, () => resampledMean(logs) - resampledMean(baseLogs)),
  );
}
