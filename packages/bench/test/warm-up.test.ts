import { expect, test } from 'vitest';
import { isSteady } from '../src/warm-up.js';

const trace = (...costs: (number | null)[]) =>
  costs.map((cost, index) => ({ seconds: (index + 1) / 10, cost }));

test('a cost that has come to rest is steady', () => {
  expect(isSteady(trace(90, 40, 20, 20.5, 19.8, 20.2))).toBe(true);
});

test('one that still falls, or rises, or was hardly looked at, is not', () => {
  expect(isSteady(trace(90, 60, 40, 30))).toBe(false);
  expect(isSteady(trace(20, 25, 30, 35))).toBe(false);
  expect(isSteady(trace(20, 20))).toBe(false);
});

test('two dear slices that look like two others are not, while one was cheaper', () => {
  expect(isSteady(trace(32, 23, 19, 34))).toBe(false);
  expect(isSteady(trace(32, 23, 19, 34, 14, 13, 14, 13.5))).toBe(true);
});

test('what is not known of a while is no cost of 0', () => {
  expect(isSteady(trace(null, 500, null, 510, 505, 500))).toBe(true);
  expect(isSteady(trace(null, null, null, null))).toBe(false);
});
