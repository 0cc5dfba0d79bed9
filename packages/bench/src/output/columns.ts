import { meritOf } from '../plan.js';
import type { Latency, Results } from '../result.js';
import type { Row } from '../summary.js';
import { describeComparison, groupOf } from './describe.js';
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

/** Who it is. */
export function nameColumns(event: string, rows: Row[], results: Results): Column<Row>[] {
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
export function costColumns(rows: Row[], results: Results): Column<Row>[] {
  const merit = (row: Row) => row.phases[meritOf(results.plan)];
  const cost = (title: string, of: (row: Row) => number | null | undefined): Column<Row> => ({
    title,
    of: (row) => shown(of(row), micros),
  });
  return [
    cost('server µs', ({ cost }) => cost),
    {
      title: 'over the cheapest',
      words: true,
      of: (row) => whyNoCost(row, results) ?? describeComparison(row, rows),
    },
    cost('user', (row) => merit(row)?.server?.user),
    cost('system', (row) => merit(row)?.server?.system),
    cost('PostgreSQL', (row) => merit(row)?.postgres),
    cost('generator', (row) => merit(row)?.generator),
  ];
}

/** How long people wait, how much it can take, and what memory it needs. */
export function loadColumns(rows: Row[], results: Results): Column<Row>[] {
  const { saturation } = results.plan;
  return [
    ...(rows.some(openLatency) ? latencyColumns : []),
    ...(saturation ? [{ title: 'capacity/s', of: capacityOf }] : []),
    { title: 'RSS MiB', of: (row) => shown(peakMemory(row)?.rss, count) },
    { title: 'PSS', of: (row) => shown(peakMemory(row)?.pss, count) },
    ...figureColumns(rows, results),
  ];
}

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

/** Latency of the open model: a closed loop leaves out the waits that it causes. */
export function openLatency({ phases }: Row): Latency | undefined {
  const open = phases.fixedRate ?? phases.scenario;
  return open && open.curve.length > 0 ? open.latency : undefined;
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

/** The names of the figures of the phase that ranks, with their units. */
export function figureNames(rows: Row[], results: Results): { name: string; unit: string }[] {
  const merit = meritOf(results.plan);
  const units = new Map(
    rows.flatMap(({ phases }) =>
      Object.entries(phases[merit]?.figures ?? {}).map(([name, { unit }]) => [name, unit]),
    ),
  );
  return [...units].map(([name, unit]) => ({ name, unit }));
}

function figureColumns(rows: Row[], results: Results): Column<Row>[] {
  const merit = meritOf(results.plan);
  return figureNames(rows, results).map(({ name, unit }) => ({
    title: oneLine(`${name} ${unit}`),
    of: ({ phases }) => shown(phases[merit]?.figures[name]?.value, plainNumber),
  }));
}

const latencyColumns: Column<Row>[] = (
  [
    ['p50', 'p50 ms'],
    ['p90', 'p90'],
    ['p99', 'p99'],
    ['p999', 'p99.9'],
    ['max', 'max'],
  ] as const
).map(([name, title]) => ({ title, of: (row) => shown(openLatency(row)?.[name], millis) }));

const shown = (value: number | null | undefined, as: (value: number) => string) =>
  value === null || value === undefined ? NONE : as(value);
