import { expect, test } from 'vitest';
import { Ticks } from '../src/autocannon/ticks.js';

const tick = (at: number, requests: number) => ({
  at,
  requests,
  cpu: { user: requests * 10, system: requests },
});

test('between two ticks everything is even', () => {
  const ticks = new Ticks();
  ticks.add(tick(100, 0));
  ticks.add(tick(120, 200));
  ticks.add(tick(140, 1000));
  expect(ticks.at(130)).toEqual(tick(130, 600));
  expect(ticks.at(120)).toEqual(tick(120, 200));
});

test('what is not counted yet, or not kept any more, is not guessed', () => {
  const ticks = new Ticks();
  expect(() => ticks.at(1)).toThrow(RangeError);
  ticks.add(tick(100, 5));
  expect(ticks.at(100)).toEqual(tick(100, 5));
  expect(() => ticks.at(101)).toThrow('nothing was counted since');
  expect(() => ticks.at(90)).toThrow('the oldest count that was kept is 10 ms younger');
  for (let at = 120; at <= 2000; at += 20) ticks.add(tick(at, at));
  expect(() => ticks.at(110)).toThrow(RangeError);
});

test('the latest are kept, however long a load lasts', () => {
  const ticks = new Ticks();
  for (let at = 0; at <= 100_000; at += 20) ticks.add(tick(at, at * 2));
  expect(ticks.at(99_990).requests).toBe(199_980);
});
