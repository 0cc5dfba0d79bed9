import { expect, test } from 'vitest';
import { exitCodeOf } from '../src/exit-code.js';
import { madeUp, voidCell } from './results.js';

/** A run against another commit, in which ours cost so many times as much. */
const gate = (factor: number, rounds = 6) =>
  madeUp({
    contenders: ['a', 'a@1a2b3c4'],
    rounds,
    plan: { against: '1a2b3c4' },
    cost: ({ name, round }) => (name === 'a' ? factor : 1) * (10 + ((round * name.length) % 5) / 9),
  });

test('a run whose figures all hold succeeds', () => {
  expect(exitCodeOf(madeUp())).toBe(0);
});

test('one that was interrupted fails, and one with a void figure', () => {
  expect(exitCodeOf({ ...madeUp(), interrupted: true })).toBe(1);
  const results = madeUp();
  const [cell] = results.cells;
  if (cell) voidCell(cell, results.plan, 'it lied');
  expect(exitCodeOf(results)).toBe(1);
});

test('a gate lets through what did not become dearer', () => {
  expect(exitCodeOf(gate(1.2))).toBe(1);
  expect(exitCodeOf(gate(1))).toBe(0);
  expect(exitCodeOf(gate(0.8))).toBe(0);
});

test('a gate that has compared nothing lets nothing through', () => {
  // One round has no interval.
  expect(exitCodeOf(gate(1, 1))).toBe(1);
});
