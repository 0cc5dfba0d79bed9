import { describe, expect, test } from 'vitest';
import { compare, holm } from '../src/stats/compare.js';
import { seeded, shuffled } from '../src/stats/random.js';
import { compareUnpaired } from '../src/stats/welch.js';

const a = [30.1, 31.4, 29.8, 30.9, 33.0, 30.2, 29.9, 31.1, 30.5, 30.8];
const b = [28.7, 30.2, 28.9, 29.1, 31.8, 29.0, 28.8, 29.6, 29.9, 29.3];

describe('compare', () => {
  test('agrees with SciPy 1.17 (ttest_rel, t.ppf, bootstrap with a million resamples)', () => {
    const found = compare(a, b, 1);
    expect(found.rounds).toBe(10);
    expect(found.ratio).toBeCloseTo(1.0420165352840813, 12);
    expect(found.t.low).toBeCloseTo(1.0336539453596867, 7);
    expect(found.t.high).toBeCloseTo(1.0504467812267764, 7);
    expect(found.p / 1.0618781224180184e-6).toBeCloseTo(1, 5);
    expect(found.smallestDifference).toBeCloseTo(1.0112674428097987, 7);
    // Random by nature: 10,000 resamples settle the third decimal.
    expect(found.bootstrap.low).toBeCloseTo(1.03502, 3);
    expect(found.bootstrap.high).toBeCloseTo(1.04879, 3);
  });

  test('agrees with SciPy 1.17 on three rounds', () => {
    const found = compare(a.slice(0, 3), b.slice(0, 3), 1);
    expect(found.ratio).toBeCloseTo(1.0398608838099737, 12);
    expect(found.t.low).toBeCloseTo(1.0181815988994254, 7);
    expect(found.t.high).toBeCloseTo(1.0620017675106992, 7);
    expect(found.p).toBeCloseTo(0.015334084257216454, 7);
  });

  test('agrees with statsmodels 0.14 on a block design of three (ols of log cost by contender and round)', () => {
    const c = [12.1, 12.9, 11.8, 12.4, 13.6, 12.0, 11.7, 12.8, 12.5, 12.2];
    const ten = compare(a, b, 1, [c]);
    expect(ten.ratio).toBeCloseTo(1.0420165352840745, 12);
    expect(ten.t.low).toBeCloseTo(1.029920364645144, 7);
    expect(ten.t.high).toBeCloseTo(1.0542547725809224, 7);
    expect(ten.p / 7.228576824721288e-7).toBeCloseTo(1, 5);
    const three = compare(a.slice(0, 3), b.slice(0, 3), 1, [c.slice(0, 3)]);
    expect(three.t.low).toBeCloseTo(1.0105597724973314, 7);
    expect(three.t.high).toBeCloseTo(1.0700115788360398, 7);
    expect(three.p).toBeCloseTo(0.019156008272301874, 7);
  });

  test('says the same of B over A as of A over B', () => {
    const [there, back] = [compare(a, b, 1), compare(b, a, 1)];
    expect(back.ratio).toBeCloseTo(1 / there.ratio, 12);
    expect(back.t.low).toBeCloseTo(1 / there.t.high, 9);
    expect(back.p).toBeCloseTo(there.p, 12);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(compare(a, b, 7)).toEqual(compare(a, b, 7));
    expect(compare(a, b, 7).bootstrap).not.toEqual(compare(a, b, 8).bootstrap);
  });

  test('of equal series is 1, certainly', () => {
    expect(compare(a, a, 1)).toMatchObject({ ratio: 1, p: 1, t: { low: 1, high: 1 } });
  });

  test('refuses one round, and series of different length', () => {
    expect(() => compare([1], [1], 1)).toThrow('at least two');
    expect(() => compare([1, 2], [1], 1)).toThrow('differ in length');
    expect(() => compare([1, 2], [1, 2], 1, [[1]])).toThrow('differ in length');
  });

  test('its t-interval leaves out the truth in 1 of 20 runs, with 3 rounds and with 10, of two and of six', () => {
    const random = seeded(42);
    const uniform = () => (random.below(2 ** 30) + 0.5) / 2 ** 30;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    // Each round has a factor of its own that both targets share, and noise of 2 % in each.
    const figures = (rounds: number[]) => rounds.map((round) => round * Math.exp(0.02 * normal()));
    for (const [rounds, contenders] of [
      [3, 2],
      [10, 2],
      [3, 6],
    ] as const) {
      let missed = 0;
      for (let run = 0; run < 400; run++) {
        const machine = Array.from({ length: rounds }, () => 30 * Math.exp(0.2 * normal()));
        const others = Array.from({ length: contenders - 2 }, () => figures(machine));
        const { t } = compare(figures(machine), figures(machine), run, others);
        if (t.low > 1 || t.high < 1) missed++;
      }
      expect(missed / 400).toBeGreaterThan(0.02);
      expect(missed / 400).toBeLessThan(0.09);
    }
  });
});

test('holm agrees with p.adjust of R', () => {
  const adjusted = [0.03, 0.06, 0.06, 0.02];
  for (const [index, p] of holm([0.01, 0.04, 0.03, 0.005]).entries()) {
    expect(p).toBeCloseTo(adjusted[index] as number, 12);
  }
  expect(holm([0.5, 0.6])).toEqual([1, 1]);
});

test('shuffled is each order as often as any other', () => {
  const random = seeded(1);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 6000; draw++) {
    const order = shuffled(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

describe('compareUnpaired', () => {
  // stats.ttest_ind(np.log(a), np.log(b), equal_var=False), its confidence_interval(0.95) and df
  test.each([
    {
      values: [13.1, 12.7, 13.4, 12.9, 13.3],
      base: [12.2, 12.6, 12.1, 12.4],
      ratio: 1.0611820016018398,
      p: 0.002939797178115195,
      interval: { low: 1.0283091124804415, high: 1.095105768155007 },
    },
    {
      values: [10, 30, 20],
      base: [10.1, 10.2, 9.9, 10],
      ratio: 1.808192090072187,
      p: 0.20601826232840176,
      interval: { low: 0.45523196153497475, high: 7.182181636753176 },
    },
  ])('agrees with SciPy 1.17 on $values', ({ values, base, ratio, p, interval }) => {
    const found = compareUnpaired(values, base, 1);
    expect(found.ratio).toBeCloseTo(ratio, 12);
    expect(found.p).toBeCloseTo(p, 6);
    expect(found.t.low).toBeCloseTo(interval.low, 5);
    expect(found.t.high).toBeCloseTo(interval.high, 5);
    expect(found.bootstrap.low).toBeGreaterThan(found.t.low);
    expect(found.bootstrap.high).toBeLessThan(found.t.high);
  });

  test('of the same figures there is no difference, and of one there is no interval', () => {
    expect(compareUnpaired([10, 10], [10, 10], 1)).toMatchObject({ ratio: 1, p: 1 });
    expect(compareUnpaired([11, 11], [10, 10], 1).p).toBe(0);
    expect(() => compareUnpaired([10], [10, 11], 1)).toThrow(RangeError);
  });
});
