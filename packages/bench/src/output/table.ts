import { type Machine } from '../machine.js';
import type { Results } from '../result.js';
import { type Control, controlOf, type Row, summarise } from '../summary.js';

const columns = [
  'target',
  'server µs',
  'over the cheapest',
  'requests/s',
  'p50 ms',
  'p90',
  'p99',
  'p99.9',
  'max',
  'postgres µs',
  'generator µs',
  'MiB',
];

/** The results as a table for each event, the cheapest server first; void figures are named, not shown. */
export function renderTable(results: Results): string {
  const control = controlOf(results);
  return [
    describeRun(results),
    ...summarise(results).map(({ event, rows }) => {
      const valid = rows.filter(({ medians }) => medians);
      return [
        event,
        ...(valid.length > 0 ? align([columns, ...valid.map(cellsOf)]) : []),
        ...rows.flatMap(({ name, voids }) => voids.map((why) => `  ${name}: void, ${why}`)),
      ].join('\n');
    }),
    ...(control ? [describeControl(control)] : []),
    [
      'µs: CPU time a request; medians over the rounds. Over the cheapest: ratio of the costs, paired by round,',
      'with a 95 % interval; no difference where chance explains it (Holm). The load is closed: latency leaves out',
      'the waits that it causes, and requests/s is what server and generator can do together.',
    ].join('\n'),
  ].join('\n\n');
}

/** What was run, on what. */
export function describeRun({ machine, generator, postgres, plan, ...run }: Results): string {
  return [
    `${plan.rounds} rounds, ${plan.duration} s a cell, ${generator.name} ${generator.version}, ${plan.connections} connections, workers ${plan.workers}, pool ${plan.poolSize}, seed ${plan.seed}`,
    describeMachine(machine),
    run.pinning
      ? `server on core ${run.pinning.server}; ${postgres.embedded ? 'PostgreSQL and ' : ''}generator on core ${run.pinning.others}`
      : 'server, PostgreSQL and generator share the cores: nothing is pinned',
    `Node ${machine.node}, PostgreSQL ${postgres.version}${postgres.embedded ? ' (embedded)' : ''}, commit ${run.commit ?? 'none'}${run.dirty ? ' with changes' : ''}`,
  ].join('\n');
}

function describeMachine({ cpu, cores, memory, platform, kernel }: Machine): string {
  return `${cpu}, ${cores} cores, ${Math.round(memory / 2 ** 30)} GiB, ${platform} ${kernel}`;
}

/** How far the run is to be trusted, in words. */
export function describeControl({ name, target, comparisons }: Control): string {
  const called = comparisons.filter(({ differs }) => differs).map(({ event }) => event);
  const smallest = comparisons.map(({ comparison }) => comparison.smallestDifference);
  const range = [Math.min(...smallest), Math.max(...smallest)].map(percent).join(' to ');
  const verdict =
    called.length === 0
      ? 'no difference in any event, as it should be'
      : `a difference in ${called.join(', ')}, where there is none: trust this run no further than that`;
  return `A/A: ${name} against ${target}: ${verdict}. The smallest difference that it could see: ${range}, by event.`;
}

/** How a target compares with the cheapest, in words; 95 % interval. */
export function describeComparison({ comparison, differs }: Row): string {
  if (!comparison) return '';
  const { ratio, t } = comparison;
  const interval = `×${ratio.toFixed(3)} [${t.low.toFixed(3)}, ${t.high.toFixed(3)}]`;
  return differs ? interval : `${interval} no difference`;
}

const percent = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`;

function cellsOf(row: Row): string[] {
  const { name, medians } = row;
  if (!medians) return [name];
  const { latency } = medians;
  return [
    name,
    medians.serverCost.toFixed(1),
    describeComparison(row),
    medians.throughput.toFixed(0),
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ms) =>
      ms.toFixed(1),
    ),
    medians.postgresCost?.toFixed(1) ?? '–',
    medians.generatorCost.toFixed(1),
    medians.memory.toFixed(0),
  ];
}

/** Columns of words are padded to the left, of numbers to the right. */
const words = ['target', 'over the cheapest'].map((name) => columns.indexOf(name));

function align(rows: string[][]): string[] {
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return words.includes(column) ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .replace(/^/, '  '),
  );
}
