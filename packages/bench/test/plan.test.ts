import { listTargets } from '@heptathlon/targets';
import { expect, test } from 'vitest';
import { type Options, readOptions } from '../src/options.js';
import { contenderOf, namesOf, orderOf, planOf } from '../src/plan.js';
import { madeUp } from './results.js';

const { plan } = madeUp({ contenders: ['a', 'b', 'c', 'd'] });
const rounds = Array.from({ length: 20 }, (_, index) => index + 1);
const ordersOf = (seed: number) => rounds.map((round) => orderOf({ ...plan, seed }, round).join());

test('each round has every name once, in an order of its own', () => {
  for (const order of ordersOf(1)) {
    expect(order.split(',').toSorted()).toEqual(namesOf(plan).toSorted());
  }
  expect(new Set(ordersOf(1)).size).toBeGreaterThan(10);
});

test('the same seed gives the same orders, another seed others', () => {
  expect(ordersOf(1)).toEqual(ordersOf(1));
  expect(ordersOf(2)).not.toEqual(ordersOf(1));
});

test('the control is another process of its contender', () => {
  expect(contenderOf(plan, 'a again').target).toBe('a');
  expect(contenderOf(plan, 'b').target).toBe('b');
  expect(() => contenderOf(plan, 'x')).toThrow(RangeError);
});

function planFor(...args: string[]) {
  const options = readOptions(args);
  if (options === 'help') throw new Error('these are no options');
  return planOf(options);
}

test('pool sizes and workers are compared each with each', () => {
  const args = ['--targets', 'node,hono', '--pool-size', '1,4', '--workers', '1,auto'];
  const { contenders, control } = planFor(...args);
  expect(contenders.map(({ name }) => name).slice(0, 4)).toEqual([
    'node workers=1 pool=1',
    'node workers=1 pool=4',
    'node workers=auto pool=1',
    'node workers=auto pool=4',
  ]);
  expect(contenders).toHaveLength(8);
  expect(contenders[5]).toEqual({
    name: 'hono workers=1 pool=4',
    target: 'hono',
    workers: '1',
    poolSize: 4,
  });
  expect(control).toEqual({ name: 'node workers=1 pool=1 again', of: 'node workers=1 pool=1' });
});

test('each preset but full measures one target a framework, unless it is told', () => {
  const targetsOf = (...args: string[]) => [
    ...new Set(planFor(...args).contenders.map(({ target }) => target)),
  ];
  const five = ['express', 'fastify', 'hono', 'nest', 'node'];
  expect(targetsOf()).toEqual(five);
  expect(targetsOf('--preset', 'pool')).toEqual(five);
  expect(targetsOf('--preset', 'workers')).toEqual(five);
  expect(targetsOf('--preset', 'full')).toEqual(listTargets().map(({ name }) => name));
  expect(targetsOf('--targets', 'nest-fastify')).toEqual(['nest-fastify']);
});

test.each(['pool', 'workers'])('the preset %s compares several settings of each target', (name) => {
  const { contenders, events } = planFor('--preset', name, '--targets', 'fastify');
  expect(new Set(contenders.map(({ target }) => target))).toEqual(new Set(['fastify']));
  expect(contenders.length).toBeGreaterThan(2);
  expect(events).toContain('queries');
});

test('generators are compared with each other, at slices that all of them can do', () => {
  const { contenders, saturation } = planFor(
    ...['--targets', 'node', '--generator', 'wrk,autocannon', '--duration', '4'],
  );
  expect(contenders.map(({ name }) => name)).toEqual([
    'node generator=wrk',
    'node generator=autocannon',
  ]);
  expect(saturation?.slices).toBe(4);
  expect(planFor('--duration', '4').saturation).toMatchObject({
    generator: 'autocannon',
    slices: 40,
  });
  expect(planFor().contenders[0]).not.toHaveProperty('generator');
});

test('the preset gate compares with the commit before', () => {
  const plan = planFor('--preset', 'gate', '--targets', 'fastify');
  expect(plan).toMatchObject({ against: 'HEAD^', fixedRate: null });
  expect(planFor('--preset', 'gate', '--against', 'main').against).toBe('main');
  expect(planFor().against).toBeUndefined();
});

test('servers are proved, unless they need not be', () => {
  expect(planFor().unproved).toBeUndefined();
  expect(planFor('--no-proof').unproved).toBe(true);
});

test('a phase can be left out, and a rate be given', () => {
  expect(planFor('--phases', 'saturation').fixedRate).toBeNull();
  const { saturation, fixedRate } = planFor('--phases', 'fixed-rate', '--rate', '900');
  expect(saturation).toBeNull();
  expect(fixedRate?.rates).toMatchObject({ plaintext: 900, template: 900 });
});

test('a scenario sends the event that is named, and refuses what it cannot send', () => {
  const { scenario } = planOf(
    readOptions(['--scenario', 'burst', '--events', 'db', '--targets', 'node']) as Options,
  );
  expect(scenario).toMatchObject({ name: 'burst', event: 'db' });
  const plain = readOptions(['--scenario', 'burst', '--targets', 'node']) as Options;
  expect(planOf(plain).scenario).not.toHaveProperty('event');
  expect(() => readOptions(['--scenario', 'burst', '--events', 'db,json'])).toThrow(
    'There is no event "db,json"',
  );
  expect(() => readOptions(['--scenario', 'mixed', '--events', 'db'])).toThrow(
    'The scenario mixed sends a mix of all events: leave out --events',
  );
});
