import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runCompare } from '../src/compare/cli.js';
import { readResults } from '../src/read.js';
import type { Results } from '../src/result.js';
import { seeded } from '../src/stats/random.js';
import { type MadeUp, madeUp, voidCell } from './results.js';

/** Results whose costs are these, with noise of about 1 %, which the seed decides. */
function run(costs: Record<string, number>, seed: number, more: MadeUp = {}): Results {
  const random = seeded(seed);
  const noise = () => 1 + (random.below(2001) - 1000) / 50_000;
  return madeUp({
    contenders: Object.keys(costs),
    events: ['json', 'db'],
    rounds: 6,
    cost: ({ name, event }) =>
      (costs[name.replace(' again', '')] ?? 0) * (event === 'db' ? 2 : 1) * noise(),
    ...more,
  });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-compare-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Compares them as the command does. */
function compare(from: Results, to: Results, ...args: string[]) {
  const files = [from, to].map((results, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, JSON.stringify(results));
    return file;
  });
  let printed = '';
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    printed += `${text}\n`;
  });
  try {
    const code = runCompare([...files, ...args]);
    return { code, printed };
  } finally {
    log.mockRestore();
  }
}

const before = run({ node: 10, fastify: 12, hono: 14 }, 1);
const same = run({ node: 10, fastify: 12, hono: 14 }, 2);
const slower = run({ node: 10, fastify: 12, hono: 15.4 }, 3);

describe('what changed', () => {
  test('10 % more of one target is found, named, and about as large', () => {
    const { code, printed } = compare(before, slower, '--json');
    expect(code).toBe(0);
    const { changes } = JSON.parse(printed);
    for (const { name, metric, differs, comparison } of changes) {
      expect(differs).toBe(name === 'hono' && metric === 'cost');
      if (differs) expect(comparison.ratio).toBeCloseTo(1.1, 1);
    }
    const { printed: text } = compare(before, slower);
    expect(text).toMatch(
      /hono +cost at saturation +1[34]\.\d+ +15\.\d+ +×1\.\d{3} \[1\.\d{3}, 1\.\d{3}\] +more/,
    );
    expect(text).toMatch(/node +cost at saturation .* no difference; could see \d\.\d %/);
  });

  test('no change is called no difference', () => {
    const { printed } = compare(before, same);
    expect(printed).not.toMatch(/ (more|less)$/m);
    expect(printed).toContain('no difference');
  });

  test('what the machine did to all alike is taken out by a target that did not change', () => {
    const drifted = run({ node: 12, fastify: 14.4, hono: 18.48 }, 4);
    const { changes } = JSON.parse(
      compare(before, drifted, '--relative-to', 'node', '--json').printed,
    );
    const costs = changes.filter(({ metric }: { metric: string }) => metric === 'cost');
    expect(costs.map(({ name }: { name: string }) => name)).not.toContain('node');
    for (const { name, differs } of costs) expect(differs).toBe(name === 'hono');
  });

  test('Markdown has a table per event', () => {
    const { printed } = compare(before, slower, '--markdown');
    expect(printed).toMatch(/^### db$/m);
    expect(printed).toMatch(/^\| hono \| cost at saturation \| .* \| more \|$/m);
  });

  test('it can be narrowed', () => {
    const { printed } = compare(before, slower, '--targets', 'hono', '--events', 'db');
    expect(printed).not.toMatch(/^ {2}node/m);
    expect(printed).not.toMatch(/^json$/m);
    expect(printed).toMatch(/^ {2}hono +cost/m);
  });

  test('what is void is left out, by name', () => {
    const lying = run({ node: 10, fastify: 12, hono: 14 }, 5, {
      change: (cell) => {
        if (cell.name === 'hono' && cell.round < 6) voidCell(cell, before.plan, 'it lied');
      },
    });
    const { printed } = compare(before, lying);
    expect(printed).toContain(
      'left out: cost of hono in json and db: fewer than two valid rounds in the second run',
    );
  });
});

describe('the gate', () => {
  test('trips beyond its limit, and names the cells', () => {
    const { code, printed } = compare(before, slower, '--fail-if', 'cost > 5%');
    expect(code).toBe(1);
    expect(printed).toMatch(/^FAILED: json hono has cost > 5%: cost ×1\.\d{3}$/m);
    expect(printed).toMatch(/^FAILED: db hono/m);
    expect(printed).not.toMatch(/FAILED: \w+ (node|fastify)/);
  });

  test('does not trip within it, nor on noise', () => {
    expect(compare(before, slower, '--fail-if', 'cost > 20%').code).toBe(0);
    const { code, printed } = compare(before, same, '--fail-if', 'cost > 0%');
    expect(code).toBe(0);
    expect(printed).toContain('passed: nothing has cost > 0%');
  });

  test('a drop is a limit, too, and there can be several', () => {
    const cheaper = compare(slower, before, '--fail-if', 'p99 > 1%', '--fail-if', 'cost < -5%');
    expect(cheaper.code).toBe(1);
    expect(cheaper.printed).toContain('passed: nothing has p99 > 1%');
  });

  test.each(['cost', 'cost > 5', 'speed > 5%', 'cost >= 5%', ''])('"%s" is refused', (text) => {
    expect(() => compare(before, same, '--fail-if', text)).toThrow(
      /^--fail-if must be like "cost > 5%"/,
    );
  });
});

describe('what cannot be compared is refused, unless it is forced', () => {
  const change = (part: (results: Results) => void) => {
    const other = structuredClone(same);
    part(other);
    return other;
  };
  test.each<[string, (results: Results) => void]>([
    [
      'machine: A processor, 2 cores, linux x64 and Another, 2 cores',
      ({ machine }) => (machine.cpu = 'Another'),
    ],
    ['kernel: 6.1.0 and 6.2.0', ({ machine }) => (machine.kernel = '6.2.0')],
    ['Node: 26.0.0 and 24.0.0', ({ machine }) => (machine.node = '24.0.0')],
    ['limit on CPU time: none and 1.5', ({ machine }) => (machine.quota = 1.5)],
    [
      'environment: {} and {"NODE_ENV":"test"}',
      ({ machine }) => (machine.environment = { NODE_ENV: 'test' }),
    ],
    ['PostgreSQL: 18.4 and 17.1', ({ postgres }) => (postgres.version = '17.1')],
    ['connections: 64 and 8', ({ plan }) => (plan.connections = 8)],
    ['the second run was interrupted', (results) => (results.interrupted = true)],
  ])('%s', (obstacle, part) => {
    expect(() => compare(before, change(part))).toThrow(obstacle);
    const { printed } = compare(before, change(part), '--force');
    expect(printed).toContain(`not to be compared: ${obstacle}`);
  });
});

test('a run that did not look at its environment is compared with one that did', () => {
  const { environment: _, ...machine } = same.machine;
  expect(() => compare({ ...same, machine }, same)).not.toThrow();
});

describe('what was measured at another load is left out, and the rest is compared', () => {
  const otherRate = structuredClone(slower);
  for (const { phases } of otherRate.cells)
    if (phases.fixedRate?.load) phases.fixedRate.load.rate = 999;

  test('response times at another rate', () => {
    const { code, printed } = compare(before, otherRate);
    expect(code).toBe(0);
    expect(printed).toMatch(/hono +cost at saturation .* more/);
    expect(printed).not.toMatch(/^ .*p99/m);
    expect(printed).toContain(
      'left out: p99 of node, fastify and hono in json and db: measured differently: at 2,000 requests/s, the same for all and at 999 requests/s, the same for all',
    );
    expect(compare(before, otherRate, '--fail-if', 'cost > 5%').code).toBe(1);
    expect(compare(before, otherRate, '--force').printed).toMatch(/p99 at 2,000 .* → at 999 /);
  });

  test('a gate on them is refused', () => {
    expect(() => compare(before, otherRate, '--fail-if', 'p99 > 5%')).toThrow(
      /^--fail-if "p99 > 5%" cannot be judged: left out: p99 of .*at 999 requests/,
    );
  });

  test('costs and capacities of another saturation', () => {
    const other = structuredClone(same);
    if (other.plan.saturation) other.plan.saturation.duration = 2;
    const { code, printed } = compare(before, other);
    expect(code).toBe(0);
    expect(printed).toMatch(/^left out: cost of .*: measured differently: saturation: \{/m);
    expect(printed).toMatch(/^left out: capacity of /m);
    expect(printed).toMatch(/^ {2}hono +p99 at 2,000 requests\/s/m);
  });

  test('where nothing is left, that is one clear line', () => {
    const other = structuredClone(same);
    other.cells = other.cells.filter(({ round }) => round === 1);
    expect(() => compare(before, other)).toThrow(
      /^Nothing of these runs can be compared: left out: /,
    );
  });

  test('two runs that were published, each with rates of its own', () => {
    const files = ['2026-11-21T12-01-45-c6bbe7e', '2026-11-21T20-41-33-6be9605'];
    const [one, other] = files.map((name) =>
      readResults(fileURLToPath(new URL(`../../../results/${name}.json`, import.meta.url))),
    ) as [Results, Results];
    const { code, printed } = compare(one, other);
    expect(code).toBe(0);
    expect(printed).toMatch(/^ {2}fastify +cost at saturation /m);
    expect(printed).toMatch(/^left out: p99 of .* in plaintext, .*: at 1,529 .* and at 1,422 /m);
  });
});

test.each([
  [[], 'Name two results files. See npm run bench -- compare --help'],
  [['/nowhere.json', '/nowhere.json'], '/nowhere.json cannot be read (ENOENT).'],
  [['--nonsense'], "Unknown option '--nonsense'. See npm run bench -- compare --help"],
])('%j is one clear line', (args, message) => {
  expect(() => runCompare(args)).toThrow(message);
});

test.each([
  [['--targets', 'gin'], 'The runs have no target "gin" in common. In common: node, fastify, hono'],
  [['--events', 'x'], 'The runs have no event "x" in common. In common: json, db'],
  [['--relative-to', 'gin'], 'The runs have no target "gin" in common.'],
])('%j is one clear line', (args, message) => {
  expect(() => compare(before, same, ...args)).toThrow(message);
});
