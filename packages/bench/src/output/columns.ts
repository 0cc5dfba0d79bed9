import type { PhaseFigures } from '../figures.js';
import { meritOf } from '../plan.js';
import type { Results } from '../result.js';
import type { EventSummary, Row } from '../summary.js';
import { baselineOf, byLoad, describeComparison, describeVoids, groupOf } from './describe.js';
import { rowFindings, whyNoCost } from './findings.js';
import { count, micros, millis, NONE, oneLine, plainNumber } from './format.js';
import type { StartSummary } from './starts.js';

/** A column of a table in text. */
export interface Column<Item> {
  title: string;
  /** Words stand to the left, figures to the right. */
  words?: boolean;
  of(item: Item): string;
}

/** Stands beside a name that something is said about under the table. */
export const MARK = '!';

/** Figures of one load: the title says which, and is made of the records that the columns read. */
export interface FigureTable {
  title: string;
  rows: Row[];
  columns: Column<Row>[];
}

/** All that is to be told of an event, who it is aside. */
export function tablesOf({ rows }: EventSummary, results: Results): FigureTable[] {
  const ranking: Of = ({ phases }) => phases[meritOf(results.plan)];
  const saturated: Of = ({ phases }) => phases.saturation;
  const costs = tableOf(
    rows,
    ranking,
    (load) => `cost ${load}`,
    costColumns(ranking, rows, results),
  );
  return [
    // Who is void stands there too, where all are.
    ...(costs.length > 0
      ? costs
      : [{ title: 'cost', rows, columns: costColumns(ranking, rows, results) }]),
    ...tableOf(rows, openFigures, (load) => `response times ${load}`, latencyColumns(openFigures)),
    ...tableOf(rows, ranking, (load) => `found ${load}`, figureColumns(ranking, rows)),
    ...tableOf(rows, saturated, (load) => `capacity ${load}`, [
      { title: 'capacity/s', of: capacityOf },
    ]),
    { title: 'memory, the highest of all phases', rows, columns: memoryColumns },
  ];
}

/** What the figures of a row are read from, and the words for them. */
type Of = (row: Row) => PhaseFigures | undefined;

function tableOf(
  rows: Row[],
  of: Of,
  title: (load: string) => string,
  columns: Column<Row>[],
): FigureTable[] {
  if (columns.length === 0) return [];
  return byLoad(rows, of).map((loaded) => ({
    ...{ title: title(loaded.load), rows: loaded.rows, columns },
  }));
}

/** Who it is. */
export function nameColumns(
  event: string,
  rows: Row[],
  results: Results,
): [Column<Row>, Column<Row>] {
  return [
    { title: '#', of: (row) => String(groupOf(row, rows) ?? NONE) },
    {
      title: 'target',
      words: true,
      of: (row) =>
        `${oneLine(row.name)}${rowFindings(row, event, results).length > 0 ? ` ${MARK}` : ''}`,
    },
  ];
}

/** What a request costs. */
function costColumns(of: Of, rows: Row[], results: Results): Column<Row>[] {
  const cost = (title: string, value: (row: Row) => number | null | undefined): Column<Row> => ({
    title,
    of: (row) => shown(value(row), micros),
  });
  const baseline = baselineOf(rows);
  return [
    cost('server µs', ({ cost }) => cost),
    {
      title: baseline === undefined ? '' : `over ${oneLine(baseline)}, the cheapest`,
      words: true,
      of: (row) =>
        whyNoCost(row, results) ??
        [describeComparison(row, rows), describeVoids(row, results)].filter(Boolean).join('; '),
    },
    cost('user', (row) => of(row)?.server?.user),
    cost('system', (row) => of(row)?.server?.system),
    cost('PostgreSQL', (row) => of(row)?.postgres),
    cost('generator', (row) => of(row)?.generator),
  ];
}

const memoryColumns: Column<Row>[] = [
  { title: 'RSS MiB', of: (row) => shown(peakMemory(row)?.rss, count) },
  { title: 'PSS MiB', of: (row) => shown(peakMemory(row)?.pss, count) },
];

/** Requests/s at saturation, or why there is no figure. */
export function capacityOf({ phases, faults }: Row): string {
  if (phases.saturation) return count(phases.saturation.throughput);
  return faults.some(({ phase }) => phase === 'saturation') ? 'void' : NONE;
}

/** How it started. */
export const startColumns: Column<StartSummary>[] = [
  { title: 'target', words: true, of: ({ name }) => oneLine(name) },
  { title: 'first response ms', of: ({ readyAfter }) => shown(readyAfter, count) },
  { title: 'MiB at rest', of: ({ memory }) => shown(memory, (bytes) => count(bytes / 2 ** 20)) },
  { title: 'rows read', of: ({ rows }) => shown(rows?.read, count) },
  { title: 'rows answered', of: ({ rows }) => shown(rows?.answered, count) },
];

/** What holds latency of the open model: a closed loop leaves out the waits that it causes. */
export function openFigures({ phases }: Row): PhaseFigures | undefined {
  const open = phases.fixedRate ?? phases.scenario;
  return open && open.curve.length > 0 ? open : undefined;
}

/** The highest of all phases, in MiB. */
export function peakMemory({ phases }: Row): { rss: number; pss: number | null } | undefined {
  const all = Object.values(phases).flatMap(({ memory }) => memory ?? []);
  if (all.length === 0) return undefined;
  const pss = all.flatMap((memory) => memory.pss ?? []);
  return {
    rss: Math.max(...all.map(({ rss }) => rss)),
    pss: pss.length > 0 ? Math.max(...pss) : null,
  };
}

/** The names of the figures beside load and usage, with their units. */
export function figureNames(rows: Row[], of: Of): { name: string; unit: string }[] {
  const units = new Map(
    rows.flatMap((row) =>
      Object.entries(of(row)?.figures ?? {}).map(([name, { unit }]) => [name, unit]),
    ),
  );
  return [...units].map(([name, unit]) => ({ name, unit }));
}

function figureColumns(of: Of, rows: Row[]): Column<Row>[] {
  return figureNames(rows, of).map(({ name, unit }) => ({
    title: oneLine(`${name} ${unit}`),
    of: (row) => shown(of(row)?.figures[name]?.value, plainNumber),
  }));
}

const latencyColumns = (of: Of): Column<Row>[] =>
  (
    [
      ['p50', 'p50 ms'],
      ['p90', 'p90 ms'],
      ['p99', 'p99 ms'],
      ['p999', 'p99.9 ms'],
      ['max', 'max ms'],
    ] as const
  ).map(([name, title]) => ({ title, of: (row) => shown(of(row)?.latency?.[name], millis) }));

const shown = (value: number | null | undefined, as: (value: number) => string) =>
  value === null || value === undefined ? NONE : as(value);
