import { expect, test } from 'vitest';
import type { Odd } from '../../src/soak/load/messages.js';
import { Tally } from '../../src/soak/tally.js';

const STARTED = 10_000;
const fault = { fault: 'table locked', isOfDatabase: true, from: 5, to: 8 };

function settle(odd: Partial<Odd>, windows = [fault]) {
  const tally = new Tally();
  const one = {
    event: 'db',
    from: STARTED + 6000,
    to: STARTED + 6500,
    took: 500,
    unavailable: true,
    why: 'status 503',
  };
  tally.add({ name: 'it', sent: 3, right: 2, dropped: 0, odd: [{ ...one, ...odd }] });
  const { excused, wrong, sent, right } = tally.settle(STARTED, windows);
  expect({ sent, right }).toEqual({ sent: 3, right: 2 });
  return { excused, wrong };
}

const excused = { excused: 1, wrong: 0 };
const wrong = { excused: 0, wrong: 1 };

test.each<[string, Partial<Odd>, typeof wrong]>([
  ['503 while the database is disturbed', {}, excused],
  ['503 to a request that was sent before and answered then', { from: STARTED + 4900 }, excused],
  ['503 before', { from: STARTED + 4000, to: STARTED + 4900 }, wrong],
  ['503 after', { from: STARTED + 8100, to: STARTED + 8200 }, wrong],
  ['503 to what reads no rows', { event: 'json' }, wrong],
  ['any other fault', { unavailable: false, why: 'status 500' }, wrong],
])('%s', (_, odd, found) => {
  expect(settle(odd)).toEqual(found);
});

test('503 while only clients misbehave is wrong', () => {
  expect(settle({}, [{ ...fault, isOfDatabase: false }])).toEqual(wrong);
});

test('all are counted, and the first few told', () => {
  const tally = new Tally();
  const odd = Array.from({ length: 50 }, (_, index) => {
    return {
      event: 'json',
      from: STARTED,
      to: STARTED + index,
      took: 3,
      unavailable: false,
      why: `no. ${index}`,
    };
  });
  tally.add({ name: 'it', sent: 60, right: 10, dropped: 2, odd });
  const { wrong, dropped, examples } = tally.settle(STARTED, []);
  expect({ wrong, dropped, told: examples.length }).toEqual({ wrong: 50, dropped: 2, told: 20 });
  expect(examples[3]).toEqual({ at: 0.003, event: 'json', why: 'no. 3 after 3 ms' });
});
