import { listTargets } from '@heptathlon/targets';
import { expect, test } from 'vitest';
import { help, readSoakOptions, type SoakOptions } from '../../src/soak/options.js';

const read = (...args: string[]) => readSoakOptions(args) as SoakOptions;

test('without options all targets are soaked side by side for an hour', () => {
  const { targets, plan, out } = read();
  const { length } = listTargets();
  expect(targets).toHaveLength(length);
  expect(plan).toEqual({
    ...{ seed: 1, duration: 4200, warmUp: 600, interval: 36 },
    ...{ faultInterval: 10, saturation: 4, sideBySide: length },
  });
  expect(out).toBeUndefined();
});

test('each option is heard', () => {
  const options = read('--minutes', '90', '--targets', 'koa,hono', '--one-by-one', '--no-faults');
  expect(options.targets.map(({ name }) => name)).toEqual(['koa', 'hono']);
  expect(options.plan).toMatchObject({ duration: 6000, warmUp: 600, faultInterval: null });
  expect(options.plan.sideBySide).toBe(1);
  expect(read('--seed', '7', '--out', 'a.json')).toMatchObject({
    plan: { seed: 7 },
    out: 'a.json',
  });
  expect(readSoakOptions(['--help'])).toBe('help');
  for (const option of ['minutes', 'targets', 'one-by-one', 'no-faults', 'seed', 'out', 'judge']) {
    expect(help).toContain(`--${option}`);
  }
});

test.each([
  [['--minutes', 'x'], '--minutes must be a number from 0.1 to 10080, not "x"'],
  [['--minutes', '0'], '--minutes must be a number from 0.1 to 10080, not "0"'],
  [['--seed', '1.5'], '--seed must be a whole number from 0 to 1000000, not "1.5"'],
  [['--faults'], "Unknown option '--faults'. See npm run soak -- --help"],
  [['--judge', 'none.json'], 'none.json cannot be read (ENOENT).'],
  [['--judge', 'package.json'], 'package.json holds no soak'],
  [['--judge', 'a.json', '--seed', '1'], '--judge takes no other option'],
  [['node'], "Unexpected argument 'node'"],
])('%j is a mistake, told in a line', (args, told) => {
  expect(() => readSoakOptions(args)).toThrow(told);
});
