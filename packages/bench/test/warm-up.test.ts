import { expect, test } from 'vitest';
import { isSteady } from '../src/warm-up.js';

const trace = (...costs: number[]) =>
  costs.map((cost, index) => ({ seconds: (index + 1) / 10, cost }));

test('a cost that has come to rest is steady', () => {
  expect(isSteady(trace(90, 40, 20, 20.5, 19.8, 20.2))).toBe(true);
});

test('one that still falls, or rises, or was hardly looked at, is not', () => {
  expect(isSteady(trace(90, 60, 40, 30))).toBe(false);
  expect(isSteady(trace(20, 25, 30, 35))).toBe(false);
  expect(isSteady(trace(20, 20))).toBe(false);
});
