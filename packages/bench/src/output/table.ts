import { type Cell, figures, type Results } from '../result.js';

const columns = [
  'target',
  'requests/s',
  'p50 ms',
  'p90',
  'p99',
  'p99.9',
  'max',
  'server µs',
  'postgres µs',
  'generator µs',
  'MiB',
  'errors',
];

/** The results as a table for each event, the cheapest server first; void figures are named, not shown. */
export function renderTable(results: Results): string {
  const events = [...new Set(results.cells.map(({ event }) => event))];
  return [
    describeRun(results),
    ...events.map((event) => {
      const cells = byCost(results.cells.filter((cell) => cell.event === event));
      const rows = cells.map(row).filter((row) => row !== undefined);
      const voids = cells.filter((cell) => cell.void !== null);
      return [
        event,
        ...(rows.length > 0 ? align([columns, ...rows]) : []),
        ...voids.map((cell) => `  ${cell.target}: void, ${cell.void}`),
      ].join('\n');
    }),
    'µs: CPU time a request. The load is closed: latency leaves out the waits that it causes. Where the\ngenerator takes longer for a request than the server, requests/s says what the generator can do.',
  ].join('\n\n');
}

/** What was run, on what. */
export function describeRun({ machine, generator, postgres, settings, ...run }: Results): string {
  return [
    `${generator.name} ${generator.version}, ${settings.connections} connections, ${settings.duration} s a cell, workers ${settings.workers}, pool ${settings.poolSize}`,
    `${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memory / 2 ** 30)} GiB, ${machine.platform} ${machine.kernel}`,
    `Node ${machine.node}, PostgreSQL ${postgres.version}${postgres.embedded ? ' (embedded)' : ''}, commit ${run.commit ?? 'none'}${run.dirty ? ' with changes' : ''}`,
  ].join('\n');
}

/** The cheapest first, what is void last. */
export function byCost(cells: Cell[]): Cell[] {
  const cost = (cell: Cell) =>
    (cell.void === null ? figures(cell)?.serverCost : undefined) ?? Infinity;
  return cells.toSorted((a, b) => cost(a) - cost(b));
}

function row(cell: Cell): string[] | undefined {
  const found = figures(cell);
  if (!found || cell.void !== null) return undefined;
  const { latency } = found;
  return [
    cell.target,
    found.throughput.toFixed(0),
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ms) =>
      ms.toFixed(1),
    ),
    found.serverCost.toFixed(1),
    found.postgresCost?.toFixed(1) ?? '–',
    found.generatorCost.toFixed(1),
    found.memory.toFixed(0),
    String(found.errors),
  ];
}

/** Pads the columns: the first to the left, numbers to the right. */
function align(rows: string[][]): string[] {
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .replace(/^/, '  '),
  );
}
