import { expect, test } from 'vitest';
import { describeChanges } from '../src/output/describe.js';
import { renderTable } from '../src/output/table.js';
import { changesOf, controlOf, summarise } from '../src/summary.js';
import { madeUp, voidCell } from './results.js';

/** A run of these costs, in µs, round by round; null is a void round. */
function run(costs: Record<string, (number | null)[]>) {
  const [, ...contenders] = Object.keys(costs);
  const results = madeUp({
    contenders,
    events: ['json'],
    rounds: costs.a?.length ?? 0,
    cost: ({ name, round }) => costs[name]?.[round - 1] ?? 1,
  });
  for (const cell of results.cells) {
    if (costs[cell.name]?.[cell.round - 1] === null) voidCell(cell, results.plan, 'it lied');
  }
  return results;
}

const even = { 'a again': [10.1, 10.9, 10.6], a: [10, 11, 10.5], b: [20, 22.1, 20.9] };
const rowsOf = (costs: Record<string, (number | null)[]>) => summarise(run(costs))[0]?.rows ?? [];

test('the cheapest stands first, and others are compared with it round by round', () => {
  const rows = rowsOf(even);
  expect(rows.map(({ name }) => name)).toEqual(['a', 'a again', 'b']);
  expect(rows.map(({ differs }) => differs)).toEqual([false, false, true]);
  expect(rows[2]?.comparison?.ratio).toBeCloseTo(2, 1);
  expect(rows[0]?.cost).toBeCloseTo(10.5, 9);
});

test('those that do not differ from the cheapest of a group belong to it', () => {
  const rows = rowsOf({ ...even, c: [20.2, 22, 21.1], d: [30, 33, 31] });
  expect(rows.map(({ name, group }) => `${name} ${group}`)).toEqual([
    'a 1',
    'a again undefined',
    'b 2',
    'c 2',
    'd 3',
  ]);
  // What is shown is the comparison with the cheapest of all.
  expect(rows[3]?.comparison?.ratio).toBeCloseTo(2, 1);
});

test('the control stands behind its contender, even where it was cheaper', () => {
  const rows = rowsOf({ ...even, 'a again': [9.9, 10.9, 10.4] });
  expect(rows.map(({ name }) => name)).toEqual(['a', 'a again', 'b']);
  expect(rows[0]?.comparison).toBeUndefined();
  expect(rows[1]?.comparison?.ratio).toBeLessThan(1);
});

test('a control that differs is named', () => {
  const control = controlOf(run({ ...even, 'a again': [12, 13.2, 12.6] }));
  expect(control).toMatchObject({ name: 'a again', of: 'a' });
  expect(control?.comparisons[0]?.differs).toBe(true);
  expect(controlOf(run(even))?.comparisons[0]?.differs).toBe(false);
});

test('void rounds do not count, and their reason is kept', () => {
  const b = rowsOf({ ...even, b: [20, null, 20.9] }).find(({ name }) => name === 'b');
  expect(b?.costs.map(({ round }) => round)).toEqual([1, 3]);
  expect(b?.comparison?.rounds).toBe(2);
  expect(b?.faults).toEqual([{ phase: 'saturation', reason: 'it lied', rounds: [2] }]);
  const nothing = rowsOf({ ...even, b: [null, null, null] }).at(-1);
  expect(nothing).toMatchObject({ name: 'b', cost: undefined, comparison: undefined });
  expect(nothing?.phases.saturation).toBeUndefined();
  expect(nothing?.phases.fixedRate?.throughput).toBe(2000);
});

test('one round is compared with nothing', () => {
  const results = run({ 'a again': [11], a: [10], b: [20] });
  expect(controlOf(results)).toBeUndefined();
  const rows = summarise(results)[0]?.rows ?? [];
  expect(rows.every(({ comparison, differs }) => !comparison && !differs)).toBe(true);
});

test('the cost at saturation ranks, and at the fixed rate where that is all there is', () => {
  const [full] = summarise(madeUp())[0]?.rows ?? [];
  expect(full?.cost).toBe(full?.phases.saturation?.server?.cost);
  const [open] = summarise(madeUp({ plan: { saturation: null } }))[0]?.rows ?? [];
  expect(open?.cost).toBe(open?.phases.fixedRate?.server?.cost);
});

test("latencies of all rounds' requests are put together, not averaged", () => {
  const results = madeUp({ contenders: ['a'], events: ['json'], rounds: 2 });
  const [slow] = results.cells.filter(({ name, round }) => name === 'a' && round === 2);
  const load = slow?.phases.fixedRate?.load;
  if (load) load.distribution = load.distribution?.map(([share, ms]) => [share, ms * 10]) ?? [];
  const row = summarise(results)[0]?.rows.find(({ name }) => name === 'a');
  // The slow round's slowest half is the slowest quarter of all.
  expect(row?.phases.fixedRate?.latency?.max).toBeCloseTo(90, 6);
  expect(row?.phases.fixedRate?.latency?.p99).toBeGreaterThan(60);
  expect(row?.phases.fixedRate?.latency?.p50).toBeLessThan(2);
});

test('servers are compared with those of another commit, each with its own', () => {
  const factors: Record<string, number> = { 'a@1a2b3c4': 1, a: 1.2, 'b@1a2b3c4': 2, b: 2 };
  const contenders = Object.keys(factors);
  const results = madeUp({
    contenders,
    rounds: 6,
    plan: { against: '1a2b3c4' },
    cost: ({ name, round }) =>
      10 * (factors[name] ?? 1) * (1 + ((round * (name.length + 2)) % 5) / 100),
  });
  const found = changesOf(results).map(({ name, of, event, differs }) => [
    name,
    of,
    event,
    differs,
  ]);
  expect(found).toEqual([
    ['a', 'a@1a2b3c4', 'json', true],
    ['b', 'b@1a2b3c4', 'json', false],
    ['a', 'a@1a2b3c4', 'db', true],
    ['b', 'b@1a2b3c4', 'db', false],
  ]);
  expect(renderTable(results)).toMatch(/a: dearer: json costs more than that of a@1a2b3c4: ×1\.2/);
  expect(changesOf(madeUp())).toEqual([]);
});

test('where nothing could be compared with another commit, that is said', () => {
  expect(describeChanges([], 'abc1234')).toBe('nothing could be compared with abc1234');
});
