import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to below the limit, each as likely. */
  below(limit: number): number;
}

/** @param seed a whole number */
export function seeded(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return { below: (limit) => uniformInt(generator, 0, limit - 1) };
}

/** The same items in another order, each order as likely (Fisher and Yates 1938). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
