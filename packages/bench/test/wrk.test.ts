import { expect, test } from 'vitest';
import { answeredBy } from '../src/wrk/run.js';
import { type ThreadTicks, TICK } from '../src/wrk/script.js';

test('between two ticks of a thread everything is even', () => {
  const thread: ThreadTicks = { ticks: [100, 110, 130], end: [150, 2 * TICK + 10] };
  expect(answeredBy(100, thread)).toBe(0);
  expect(answeredBy(110, thread)).toBe(TICK);
  expect(answeredBy(115, thread)).toBe(1.25 * TICK);
  expect(answeredBy(140, thread)).toBe(2 * TICK + 5);
});

test('before it sends, and after its end, what a thread has answered is not guessed', () => {
  const thread: ThreadTicks = { ticks: [100, 110], end: [150, TICK] };
  expect(() => answeredBy(50, thread)).toThrow(RangeError);
  expect(() => answeredBy(500, thread)).toThrow(RangeError);
  expect(() => answeredBy(50, { ticks: [], end: [150, 0] })).toThrow(RangeError);
});
