export const shares = [0.5, 0.9, 0.95, 0.99, 0.999];

/** Hyndman and Fan's type 7, over all samples: what k6 does, and R by default. */
export function quantile(sorted: number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low + (high - low) * (rank % 1);
}

/** How far off, as a share of the right value. */
export const error = (found: number, right: number) => Math.abs(found - right) / right;
