// jStat comes without types: the part of it that is used here.
declare module 'jstat' {
  const jStat: {
    studentt: {
      /** Student's t: the value below which a share of it lies. */
      inv(share: number, degreesOfFreedom: number): number;
      /** Student's t: the share of it that lies below a value. */
      cdf(value: number, degreesOfFreedom: number): number;
    };
    binomial: {
      /** The chance of at most so many successes. */
      cdf(successes: number, trials: number, chance: number): number;
    };
    mean(values: number[]): number;
    median(values: number[]): number;
    /** The standard deviation; of a sample (n − 1) where `sample` is true. */
    stdev(values: number[], sample: boolean): number;
    /** Quantiles; with alphap = betap = 1 those of Hyndman and Fan's type 7, as in R and NumPy. */
    quantiles(values: number[], shares: number[], alphap: number, betap: number): number[];
  };
  export default jStat;
}
