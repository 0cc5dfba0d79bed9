import { expect, test } from 'vitest';
import { answeredBy } from '../src/wrk/run.js';
import { TICK } from '../src/wrk/script.js';

test('between two ticks of a thread everything is even', () => {
  const ticks = [100, 110, 130];
  expect(answeredBy(110, ticks)).toBe(2 * TICK);
  expect(answeredBy(115, ticks)).toBe(2.25 * TICK);
});

test('before the first tick there is nothing to go by, after the last nothing more', () => {
  expect(answeredBy(50, [100, 110])).toBe(0);
  expect(answeredBy(500, [100, 110])).toBe(2 * TICK);
  expect(answeredBy(500, [])).toBe(0);
});
