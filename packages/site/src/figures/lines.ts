import type { EventView, Style, View } from '@heptathlon/bench';
import { findObstacles, findPhaseObstacle, millis } from '@heptathlon/bench';
import { counts } from './chosen.js';
import type { Run } from './runs.js';

/** A line of a chart: places in % of its width and height, from the left and from the bottom. */
export interface Line {
  name: string;
  style: Style;
  points: { x: number; y: number; label: string }[];
}

/** A chart of lines over one axis of names and one of figures, which is logarithmic. */
export interface LineChart {
  label: string;
  lines: Line[];
  across: Tick[];
  up: Tick[];
}

interface Tick {
  at: number;
  label: string;
}

/** The quantiles that an axis of response times names, as nines of the share. */
const SHARES = [
  { nines: 0, label: '0' },
  { nines: -Math.log10(0.5), label: '50 %' },
  { nines: 1, label: '90 %' },
  { nines: 2, label: '99 %' },
  { nines: 3, label: '99.9 %' },
];

/** Response times by the share of requests that were answered as fast; undefined where no load was open. */
export function latencyChart({ charts }: View, { event, latency }: EventView) {
  const curves = charts.latency[event] ?? {};
  // Times at several loads are no lines of one chart.
  if (latency.length !== 1 || Object.keys(curves).length === 0) return undefined;
  const all = Object.values(curves).flat();
  const last = Math.max(...all.map(([nines]) => nines));
  const scale = logarithmic(all.map(([, ms]) => ms));
  const lines = charts.styles.flatMap((style): Line[] => {
    const curve = curves[style.name];
    if (!curve) return [];
    const points = curve.map(([nines, ms]) => ({
      ...{ x: (100 * nines) / last, y: scale.at(ms) },
      label: `${millis(ms)} ms`,
    }));
    return [{ name: style.name, style, points }];
  });
  return {
    label: `Response times of ${event} in ms, ${latency[0]?.load}, by share of requests; the table has the figures`,
    lines,
    across: SHARES.filter(({ nines }) => nines <= last).map(({ nines, label }) => ({
      at: (100 * nines) / last,
      label,
    })),
    up: scale.ticks,
  } satisfies LineChart;
}

/** What an event cost on runs that count, the oldest first. */
export interface History {
  event: string;
  rows: { name: string; cells: string[] }[];
  chart: LineChart;
}

/** A run among others. */
export interface Dated {
  run: Run;
  /** What keeps its figures from being compared with those of the newest, a line each. */
  obstacles: string[];
}

/** The runs whose figures count, the oldest first; none where there is one. */
export function datedRuns(runs: Run[]): Dated[] {
  const counted = runs.filter(counts).toReversed();
  const newest = counted.at(-1);
  if (!newest || counted.length < 2) return [];
  return counted.map((run) => ({
    run,
    obstacles: [
      ...findObstacles(run.results, newest.results),
      // What is shown of them is the cost at saturation.
      findPhaseObstacle('saturation', run.results, newest.results) ?? [],
    ].flat(),
  }));
}

/** Costs of the same servers on several runs, event by event; servers that one run has alone are left out. */
export function historiesOf(dated: Dated[], styles: Style[]): History[] {
  const events = [...new Set(dated.flatMap(({ run }) => run.overview.events))];
  return events.map((event) => {
    const tables = dated.map(({ run }) => run.overview);
    const cells = styles.flatMap((style) => {
      const own = tables.map(({ events: columns, rows }) => {
        const row = rows.find(({ name }) => name === style.name);
        const { text = '', voids } = row?.cells[columns.indexOf(event)] ?? {};
        return voids ? `${text} (${voids})` : text;
      });
      return own.filter((text) => costIn(text)).length > 1 ? [{ style, own }] : [];
    });
    const costs = cells.flatMap(({ own }) => own.flatMap((text) => costIn(text) ?? []));
    const scale = logarithmic(costs.length > 0 ? costs : [1]);
    const place = (index: number) => 6 + (88 * index) / (dated.length - 1);
    return {
      event,
      rows: cells.map(({ style, own }) => ({ name: style.name, cells: own })),
      chart: {
        label: `Cost of ${event} in µs a request, run by run; the table has the figures`,
        lines: cells.map(({ style, own }) => ({
          ...{ name: style.name, style },
          points: own.flatMap((text, index) => {
            const cost = costIn(text);
            if (!cost) return [];
            const label = `${style.name}, ${dated[index]?.run.id}: ${text} µs`;
            return [{ x: place(index), y: scale.at(cost), label }];
          }),
        })),
        across: dated.map(({ run: { results } }, index) => ({
          at: place(index),
          label: results.commit ?? results.startedAt.slice(0, 10),
        })),
        up: scale.ticks,
      },
    };
  });
}

/** µs in a cell of the bench's table: `16.8`, `void`, `–`. */
function costIn(text: string): number | undefined {
  const [found] = /^\d+(\.\d+)?/.exec(text) ?? [];
  return found ? Number(found) : undefined;
}

/** An axis with as few round figures of each power of ten as will do: in % from below. */
function logarithmic(values: number[]): { at(value: number): number; ticks: Tick[] } {
  const found = values.filter((value) => value > 0);
  const low = Math.log10(Math.min(...found)) - 0.06;
  const high = Math.log10(Math.max(...found)) + 0.06;
  const at = (value: number) =>
    Number(((100 * (Math.log10(value) - low)) / (high - low)).toFixed(2));
  const powers = Array.from(
    { length: Math.ceil(high) - Math.floor(low) + 1 },
    (_, index) => Math.floor(low) + index,
  );
  const ticksOf = (factors: number[]) =>
    powers
      .flatMap((power) => factors.map((factor) => factor * 10 ** power))
      .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high)
      .map((value) => ({ at: at(value), label: String(Number(value.toPrecision(2))) }));
  const [ticks = []] = [
    [1, 2, 5],
    [1, 1.5, 2, 3, 4, 5, 7],
    [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  ]
    .map(ticksOf)
    .filter(({ length }, index) => length > 2 || index === 2);
  return { at, ticks };
}
