import { describe, expect, test } from 'vitest';
import { describeControl } from '../../src/output/describe.js';
import { percentMore } from '../../src/output/format.js';
import { renderMarkdown } from '../../src/output/markdown.js';
import { renderReport } from '../../src/output/report/render.js';
import { renderTable } from '../../src/output/table.js';
import type { Cell, Results } from '../../src/result.js';
import type { Control } from '../../src/summary.js';
import { madeUp, voidCell } from '../results.js';
import { cases, fullRun } from './runs.js';

const costs: Record<string, number> = { node: 10, 'node again': 10, fastify: 10, hono: 12 };

/** What chance adds to a figure, in %: over the four rounds nothing. */
const chance = [1, -0.5, -1, 0.5];

/** fastify costs what node costs, hono a fifth more; the rounds differ a little, each in its own way. */
const run = (given: Parameters<typeof madeUp>[0] = {}) =>
  madeUp({
    cost: ({ name, round }) =>
      (costs[name] ?? 0) * (1 + (chance[(round + name.length) % 4] ?? 0) / 100),
    ...given,
  });

/** What the page says, without the data that it carries, and in as many lines as there are rows. */
const readPage = (results: Results) =>
  renderReport(results)
    .replace(/<(script|style|svg)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '');

const outputs: [string, (results: Results) => string][] = [
  ['table', renderTable],
  ['Markdown', (results) => renderMarkdown(results).replaceAll('\\', '')],
];

describe.each(outputs)('%s', (_, render) => {
  test('ranks by cost at saturation, and says by how much they differ', () => {
    const text = render(run());
    expect(text).toMatch(/at saturation/);
    const open = render(run({ plan: { saturation: null } }));
    expect(open).toContain('at 2,000 requests/s, the same for all');
    expect(text.indexOf('hono', text.indexOf('capacity'))).toBeGreaterThan(0);
    expect(text).toMatch(/2 .*hono .*12\.\d.*×1\.\d{3} \[1\.\d{3}, 1\.\d{3}\]/);
    expect(text).toMatch(/1 .*cheapest/);
  });

  test('says what the run was limited to, and what its environment told the servers', () => {
    const results = run();
    expect(render(results)).toMatch(/kernel 6\.1\.0$/m);
    results.machine.quota = 1.5;
    results.machine.environment = { NODE_ENV: 'test', NODE_OPTIONS: '--no-opt' };
    const text = render(results).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'kernel 6.1.0, limited to the time of 1.5 CPUs, with NODE_ENV=test NODE_OPTIONS=--no-opt',
    );
  });

  test('figures stand under the load at which they were measured, whatever the plan says', () => {
    const measuredAt = (rate: number) => ({
      change: ({ phases: { fixedRate } }: Cell) => {
        if (fixedRate?.load) fixedRate.load.rate = rate;
      },
    });
    const text = render(run(measuredAt(1234)));
    expect(text).toMatch(/cost at saturation/i);
    expect(text).toMatch(/capacity at saturation/i);
    expect(text).toMatch(/response times at 1,234 requests\/s/i);
    expect(text).not.toMatch(/response times at saturation/i);
    expect(text).not.toMatch(/at 2,000 requests\/s/);
    // And the other way round: nothing is at saturation where nothing was saturated.
    const open = render(run({ plan: { saturation: null }, ...measuredAt(1234) }));
    expect(open).toMatch(/cost at 1,234 requests\/s/i);
    expect(open).toMatch(/response times at 1,234 requests\/s/i);
    expect(open).not.toMatch(/at saturation/);
  });

  test('who was measured at another load stands in a table of another title', () => {
    const text = render(
      run({
        change: ({ name, phases: { fixedRate } }) => {
          if (name === 'hono' && fixedRate?.load) fixedRate.load.rate = 500;
        },
      }),
    );
    const [, other = ''] = /response times at 500 requests\/s([\s\S]*?)capacity/i.exec(text) ?? [];
    expect(other).toContain('hono');
    expect(other).not.toContain('fastify');
  });

  test('names beside a ratio what it is over, and beside a cost the rounds that are void', () => {
    const results = run({
      contenders: ['node', 'fastify'],
      cost: ({ name, round }) => name.length * 2 + round / 10,
    });
    for (const cell of results.cells) {
      if (cell.name === 'node' && cell.round === 2) voidCell(cell, results.plan, 'it lied');
    }
    const text = render(results);
    expect(text).toContain('over node, the cheapest');
    expect(text).toContain('cheapest; 1 of 4 void');
  });

  test('calls ties ties', () => {
    const text = render(run());
    expect(text).toMatch(/1 .*(node|fastify) .*×\d\.\d{3} \[0\.\d{3}, 1\.\d{3}\] no difference/);
    expect(text).toMatch(/1: no difference between (\w+( again)?(, | and )?){3}/);
    expect(text).not.toMatch(/hono .*no difference/);
  });

  test('shows cost split, latency, capacity, memory and starts', () => {
    const text = render(run({ events: ['json'] }));
    for (const title of [
      'user',
      'system',
      'PostgreSQL',
      'generator',
      'p99.9',
      'capacity/s',
      'RSS',
    ]) {
      expect(text).toContain(title);
    }
    expect(text).toContain('50,000');
    expect(text).toMatch(/first response ms/);
    // The median of 151, 152, 153 and 154 ms.
    expect(text).toMatch(/node +(\| )?153/);
  });

  test('quotes no latency of a closed loop', () => {
    const text = render(run({ plan: { fixedRate: null } }));
    expect(text).toContain('at saturation');
    expect(text).not.toContain('p50');
  });

  test('says how far to trust it: A/A, and the smallest difference that can be seen', () => {
    expect(render(run()).replace(/\s+/g, ' ')).toMatch(
      /A\/A: node again against node: no difference in any event, as it should be; 0 of 2 intervals exclude 1 \(by chance alone 5 %, or 0\.1\)\. The smallest difference that it could see: \d\.\d %/,
    );
    const differing = render(run({ cost: ({ name, round }) => name.length + round / 1000 }));
    expect(differing).toMatch(/A\/A: node again against node: a difference in json and db/);
  });

  test('a run that would have missed 100 % says that it can tell nothing', () => {
    const wild = ({ name, round }: { name: string; round: number }) =>
      10 * 8 ** ((round + name.length) % 2);
    const text = render(run({ rounds: 2, cost: wild }))
      .replace(/[\s*]+/g, ' ')
      .replace(' :', ':');
    expect(text).toMatch(/A\/A: node again against node: this run can tell nothing/);
    expect(text).toContain('can tell nothing: this run would have missed differences of 100 %');
    expect(text).not.toContain('no difference in any event');
    expect(text).not.toMatch(/no difference between/);
    expect(text).not.toMatch(/\d{3,}\.\d %/);
  });

  test('describes machine, pinning, versions and calibration', () => {
    const text = render(run());
    for (const fact of [
      'A processor, 2 cores, 8 GiB',
      'each server on core 0; PostgreSQL and the generator share core 1',
      'Node 26.0.0, postgres 3.4.9 as published, PostgreSQL 18.4',
      'autocannon 9.0.0, k6 2.2.0',
      'k6 sends at most 17,000 requests/s',
      "json 2,000 (5.0 % of hono's 40,000)",
      'npm run bench -- --seed 1',
    ]) {
      expect(text).toContain(fact);
    }
    const unpinned = { ...run(), pinning: null };
    expect(render(unpinned)).toContain('nothing is pinned');
  });

  test('tells a driver that was patched, and one that was not recorded', () => {
    const results = run();
    const [node, fastify] = results.targets;
    if (!node || !fastify) throw new Error('the run has two targets');
    const { driver: _, ...unknown } = fastify;
    const patched = { ...node, driver: { name: 'postgres', version: '3.4.9', patch: 'p.patch' } };
    const foreign = { name: 'gin', framework: null, version: null };
    const say = (targets: Results['targets']) =>
      render({ ...results, targets }).replace(/\s+/g, ' ');
    expect(say([patched])).toContain('postgres 3.4.9 with p.patch, PostgreSQL');
    expect(say([patched, unknown, foreign])).toContain(
      `postgres 3.4.9 with p.patch (${node.name}), a driver that was not recorded (${fastify.name}), PostgreSQL`,
    );
  });

  test("shows a scenario's own figures", () => {
    const scenario = { name: 'burst', duration: 60, rate: 500 };
    const plan = { scenario, fixedRate: null, saturation: null };
    const text = render(run({ events: ['burst'], plan }));
    expect(text).toContain('recovery s');
    // The median of 1, 2, 3 and 4.
    expect(text).toMatch(/ 2\.5/);
  });

  test('does not call a server dear or cheap whose process is elsewhere', () => {
    const text = render(
      run({
        change: ({ name, phases }) => {
          if (name !== 'hono') return;
          for (const { usage } of Object.values(phases)) if (usage) usage.server = null;
        },
      }),
    );
    expect(text).toMatch(/– .*hono .*not on this machine/);
  });

  test('compares nothing after one round', () => {
    const text = render(run({ rounds: 1 }));
    expect(text).not.toContain('×');
    expect(text).not.toContain('no difference between');
    expect(text).toContain('too few rounds to compare');
  });

  test.each(cases)('names what is wrong: $what', ({ badge, reason, results }) => {
    const text = render(results).replace(/\s+/g, ' ');
    expect(text).toContain(badge);
    expect(text).toContain(reason);
  });

  test('puts reasons together that differ in their numbers only', () => {
    const text = render(
      run({
        change: ({ name, event, round, phases }) => {
          if (name !== 'hono' || event !== 'json' || !phases.saturation) return;
          phases.saturation.void = `the generator used ${90 + round} % of its core`;
        },
      }),
    );
    expect(text).toMatch(
      /void\W+saturation, all 4 rounds: the generator used 91 to 94 % of its core/,
    );
    // The cost is of another phase, and stands.
    expect(text).toMatch(/2 .*hono .*12\.\d/);
  });

  test('says where PostgreSQL did not read what was answered', () => {
    const results = run();
    for (const start of results.starts) {
      if (start.name === 'hono' && start.round > 2) start.rows = { read: 100, answered: 5000 };
    }
    const text = render(results).replaceAll('**', '');
    expect(text).toContain(
      'hono: rows: rounds 3-4 of 4: PostgreSQL read 200 rows, the answers held 10,000: not every query was sent',
    );
  });
});

test('the table of five contenders fits into 120 columns', () => {
  const lines = renderTable(fullRun()).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
});

test('what a server printed moves no cursor', () => {
  const results = madeUp({
    change: ({ phases }) => {
      if (phases.fixedRate) phases.fixedRate.void = 'it said \u001b[2J\r\nand died';
    },
  });
  expect(renderTable(results)).toContain('it said [2J and died');
});

test('Markdown links to report and results', () => {
  const text = renderMarkdown(madeUp(), { report: 'a b.html', json: 'a.json' });
  expect(text).toContain('[report](a%20b.html) · [results](a.json)');
  expect(renderMarkdown(madeUp())).not.toContain('](');
});

test('a hostile name is no markup in Markdown, and ends no cell', () => {
  const name = '<script>alert(1)</script>|`*_[x](y)';
  const results = madeUp({ contenders: [name, 'hono'] });
  results.command = 'npm run bench -- --target `rm`';
  const text = renderMarkdown(results);
  expect(text).not.toContain('<');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;\\|\\`\\*\\_\\[x\\](y)');
  expect(text).toContain('`` npm run bench -- --target `rm` ``');
  const width = (line: string) => line.match(/(?<!\\)\|/g)?.length;
  const tables = text.split('\n\n').filter((block) => block.startsWith('| '));
  expect(tables.length).toBeGreaterThan(1);
  for (const table of tables) expect(new Set(table.trim().split('\n').map(width)).size).toBe(1);
});

test.each(outputs)('%s: a run that was ended before its first cell says so', (_, render) => {
  const text = render({ ...madeUp(), interrupted: true, cells: [], starts: [] });
  expect(text).toContain('interrupted');
  expect(text).toContain('not measured in any round');
});

test('Markdown begins with the whole run in one table', () => {
  const text = renderMarkdown(run());
  expect(text).toContain('| server µs a request, at saturation | json | db |');
  const [overview = ''] = text.split('### ');
  expect(overview).toMatch(/\| fastify \| \*\*\d+\.\d\*\* \|/);
  expect(overview).toMatch(/\| hono \| 12\.\d \|/);
  expect(overview).not.toContain('| node again |');
  // Events have baselines of their own, which would stand side by side.
  expect(overview).not.toContain('×');
  const allVoid = run({ change: (cell) => voidCell(cell, run().plan, 'for a reason') });
  expect(renderMarkdown(allVoid)).toContain('| hono | void | void |');
});

test('the page, too, puts figures under the load at which they were measured', () => {
  const change = ({ phases: { fixedRate } }: Cell) => {
    if (fixedRate?.load) fixedRate.load.rate = 1234;
  };
  const page = readPage(run({ change }));
  expect(page).toContain('Cost at saturation');
  expect(page).toContain(
    'Response times at 1,234 requests/s, the same for all, all rounds together',
  );
  expect(page).not.toMatch(/Response times at saturation|at 2,000 requests/);
  const open = readPage(run({ change, plan: { saturation: null } }));
  expect(open).toContain('Cost at 1,234 requests/s');
  expect(open).not.toContain('at saturation');
  const scenario = { name: 'connections', duration: 60, rate: null };
  const plan = { scenario, fixedRate: null, saturation: null };
  const played = readPage(run({ events: ['connections'], plan }));
  expect(played).toContain('Cost over the scenario');
  expect(played).not.toMatch(/The load is open|at saturation/);
});

describe('what A against A says', () => {
  /** Intervals around 1, but for so many of them. */
  const control = (beyond: number, all: number): Control => ({
    ...{ name: 'node again', of: 'node' },
    comparisons: Array.from({ length: all }, (_, index) => {
      const low = index < beyond ? 1.01 : 0.98;
      const interval = { low, high: 1.03 };
      return {
        ...{ name: 'node again', of: 'node', event: `event ${index}`, differs: false },
        comparison: {
          ...{ rounds: 10, ratio: 1.02, bootstrap: interval, t: interval, p: 0.04 },
          smallestDifference: 1.05,
        },
      };
    }),
  });

  test.each([
    [0, 7, /no difference in any event, as it should be; 0 of 7 intervals exclude 1/],
    [
      1,
      7,
      /^A\/A: node again against node: 1 of 7 intervals excludes 1 \(by chance alone 5 %, or 0\.35\), of event 0\. /,
    ],
    [2, 7, /2 of 7 intervals exclude 1 .*of event 0 and event 1: more than chance explains/],
  ])('%i of %i intervals exclude 1', (beyond, all, words) => {
    const text = describeControl(control(beyond, all));
    expect(text).toMatch(words);
    if (beyond > 0) expect(text).not.toContain('as it should be');
  });
});

test.each([
  [1.0123, '1.2 %'],
  [1.0994, '9.9 %'],
  [1.42, '42 %'],
  [4.192, 'over 100 %'],
  [10_793.6, 'over 100 %'],
  [Number.POSITIVE_INFINITY, 'over 100 %'],
])('a ratio of %d is %s more, no more precisely than it is of use', (ratio, words) => {
  expect(percentMore(ratio)).toBe(words);
});
