import { expect, test } from 'vitest';
import { orderOf, type Plan, targetOf } from '../src/plan.js';

const plan: Plan = {
  names: ['a', 'b', 'c', 'd', 'a again'],
  control: { target: 'a', name: 'a again' },
  events: ['json'],
  rounds: 3,
  duration: 1,
  connections: 64,
  generator: 'autocannon',
  poolSize: 1,
  workers: '1',
  seed: 1,
};
const rounds = Array.from({ length: 20 }, (_, index) => index + 1);
const ordersOf = (seed: number) => rounds.map((round) => orderOf({ ...plan, seed }, round).join());

test('each round has every name once, in an order of its own', () => {
  for (const order of ordersOf(1)) {
    expect(order.split(',').toSorted()).toEqual(plan.names.toSorted());
  }
  expect(new Set(ordersOf(1)).size).toBeGreaterThan(10);
});

test('the same seed gives the same orders, another seed others', () => {
  expect(ordersOf(1)).toEqual(ordersOf(1));
  expect(ordersOf(2)).not.toEqual(ordersOf(1));
});

test('the control is another process of its target', () => {
  expect(targetOf(plan, 'a again')).toBe('a');
  expect(targetOf(plan, 'b')).toBe('b');
});
