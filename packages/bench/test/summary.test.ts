import { expect, test } from 'vitest';
import { renderTable } from '../src/output/table.js';
import type { Cell, Results } from '../src/result.js';
import { controlOf, summarise } from '../src/summary.js';

/** A run of these costs, in µs for each round; null is a void round. */
function run(costs: Record<string, (number | null)[]>): Results {
  const [target = ''] = Object.keys(costs);
  const latency = { p50: 1, p90: 2, p99: 3, p999: 4, max: 5 };
  const cells = Object.entries(costs).flatMap(([name, rounds]) =>
    rounds.map(
      (cost, index): Cell => ({
        round: index + 1,
        target: name,
        event: 'json',
        load: { requests: 1000, seconds: 1, errors: cost === null ? 1 : 0, latency },
        cost: {
          serverCpu: (cost ?? 0) * 1000,
          serverRss: 2 ** 20,
          postgresCpu: 0,
          generatorCpu: 1000,
        },
        void: cost === null ? 'it lied' : null,
      }),
    ),
  );
  return {
    version: 2,
    startedAt: '2026-11-21T00:00:00.000Z',
    interrupted: false,
    command: 'npm run bench',
    commit: 'abc',
    dirty: false,
    machine: { cpu: 'x', cores: 2, memory: 2 ** 30, platform: 'linux', kernel: '6', node: '26' },
    generator: { name: 'autocannon', version: '9' },
    postgres: { version: '18', embedded: true },
    plan: {
      names: Object.keys(costs),
      control: { target, name: `${target} again` },
      events: ['json'],
      rounds: 3,
      duration: 1,
      connections: 64,
      generator: 'autocannon',
      poolSize: 1,
      workers: '1',
      seed: 1,
    },
    pinning: { server: '0', others: '1' },
    targets: [],
    cells,
  };
}

const even = { a: [10, 11, 10.5], 'a again': [10.1, 10.9, 10.6], b: [20, 22.1, 20.9] };

test('the cheapest stands first, and others are compared with it round by round', () => {
  const [{ rows } = { rows: [] }] = summarise(run(even));
  expect(rows.map(({ name }) => name)).toEqual(['a', 'a again', 'b']);
  expect(rows.map(({ differs }) => differs)).toEqual([false, false, true]);
  expect(rows[2]?.comparison?.ratio).toBeCloseTo(2, 1);
  expect(rows[0]?.medians?.serverCost).toBeCloseTo(10.5, 9);
});

test('what chance explains is called no difference, in words', () => {
  const table = renderTable(run(even));
  expect(table).toMatch(/a again .* no difference/);
  expect(table).toMatch(/b +20\.9 +×\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\] +1000/);
  expect(table).toContain('A/A: a again against a: no difference in any event');
});

test('a control that differs is named', () => {
  const results = run({ ...even, 'a again': [12, 13.2, 12.6] });
  expect(controlOf(results)?.comparisons[0]?.differs).toBe(true);
  expect(renderTable(results)).toContain('A/A: a again against a: a difference in json');
});

test('void rounds do not count, and their reason is shown', () => {
  const results = run({ ...even, b: [20, null, 20.9] });
  const b = summarise(results)[0]?.rows.find(({ name }) => name === 'b');
  expect(b?.costs.map(({ round }) => round)).toEqual([1, 3]);
  expect(b?.comparison?.rounds).toBe(2);
  expect(renderTable(results)).toContain('b: void, it lied');
  const nothing = summarise(run({ ...even, b: [null, null, null] }))[0]?.rows.at(-1);
  expect(nothing).toMatchObject({ name: 'b', medians: undefined, comparison: undefined });
});

test('one round is compared with nothing', () => {
  const results = run({ a: [10], 'a again': [11] });
  expect(controlOf(results)).toBeUndefined();
  expect(renderTable(results)).not.toContain('×');
});
