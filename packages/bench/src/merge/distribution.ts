/** A sample of latencies as k6 tells it: its percentiles, close together. */
export interface Distribution {
  /** How many values there are. */
  count: number;
  /** The value, in ms, at or below which a share of the values lies: by share from 0 to 1, both ascending. */
  quantiles: { share: number; value: number }[];
}

/**
 * The quantile of several samples taken together.
 *
 * The samples' empirical distribution functions are added up, each weighted by its count, and the sum is
 * inverted: what is done with histograms, whose buckets here hold equal counts instead of having equal
 * widths. Quantiles themselves can't be averaged: that of a mixture is not the mean of its parts'.
 * Between two of its points a function is linear, as k6 makes them (Hyndman and Fan 1996, type 7), so the
 * share is off by no more than the distance between two points.
 *
 * @param share from 0 to 1, for example 0.99
 * @returns the value in ms
 */
export function quantileOfAll(samples: Distribution[], share: number): number {
  const total = samples.reduce((sum, { count }) => sum + count, 0);
  const below = (value: number, side: 'left' | 'right') =>
    samples.reduce((sum, sample) => sum + sample.count * shareBelow(sample, value, side), 0) /
    total;
  const values = samples.flatMap(({ quantiles }) => quantiles.map(({ value }) => value));
  const steps = [...new Set(values)].sort((a, b) => a - b);
  // The first value at or below which the share lies.
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below(steps[middle] as number, 'right') >= share) high = middle;
    else low = middle + 1;
  }
  const value = steps[low] as number;
  const previous = steps[low - 1];
  if (previous === undefined) return value;
  const from = below(previous, 'right');
  const to = below(value, 'left');
  // Where many have this very value, the sum jumps there.
  if (share >= to) return value;
  return previous + ((value - previous) * (share - from)) / (to - from);
}

/** The share of a sample below a value; on the right side, together with those that equal it. */
function shareBelow({ quantiles }: Distribution, value: number, side: 'left' | 'right'): number {
  // The number of points before the value, or up to and with it.
  let [low, high] = [0, quantiles.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = (quantiles[middle] as { value: number }).value;
    if (found < value || (side === 'right' && found === value)) low = middle + 1;
    else high = middle;
  }
  const before = quantiles[low - 1];
  const after = quantiles[low];
  if (!before) return after?.value === value ? after.share : 0;
  if (!after) return 1;
  if (before.value === value) return before.share;
  return (
    before.share +
    ((after.share - before.share) * (value - before.value)) / (after.value - before.value)
  );
}
