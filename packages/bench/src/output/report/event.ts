import { meritOf } from '../../plan.js';
import type { Cell, Results } from '../../result.js';
import type { EventSummary, Row } from '../../summary.js';
import { capacityOf, figureNames, openFigures, peakMemory } from '../columns.js';
import { baselineOf, byLoad, describeTies, groupOf } from '../describe.js';
import { eventFindings, type Finding, whyNoCost } from '../findings.js';
import { count, micros, millis, NONE, percent, plainNumber } from '../format.js';
import { type DotInput, type DotPlot, dotPlotOf } from './dots.js';
import { intervalOf, type RatioText, ratioTextOf } from './forest.js';
import { type Split, splitOf } from './split.js';
import { type WarmUpRow, warmUpsOf } from './warm-up.js';

/** A contender's costs, round by round. */
interface CostItem extends DotInput {
  group: number | undefined;
  cost: string;
  why: string | undefined;
  ratio: RatioText;
  bootstrap: string;
}

/** All that the page says about an event. */
export interface EventView {
  event: string;
  findings: Finding[];
  ties: string[];
  /** What costs are compared with; undefined where nothing is. */
  baseline: string | undefined;
  /** Under the load at which they hold. */
  costs: { load: string; plot: DotPlot<CostItem> }[];
  split: { load: string; split: Split }[];
  /** Under the load at which they hold; none where no load was open. */
  latency: {
    load: string;
    isOpen: boolean;
    rows: { name: string; why: string | undefined; texts: string[] }[];
  }[];
  loads: { titles: string[]; rows: { name: string; texts: string[] }[] };
  figures: { name: string; load: string; plot: DotPlot<DotInput> }[];
  warmUps: WarmUpRow[];
}

export function eventViewOf(summary: EventSummary, results: Results): EventView {
  const { event, rows } = summary;
  const cells = results.cells.filter((cell) => cell.event === event);
  const merit = meritOf(results.plan);
  const ranked = byLoad(rows, ({ phases }) => phases[merit]);
  // Who is void stands there too, where all are.
  const all = ranked.length > 0 ? ranked : [{ load: '', rows }];
  return {
    event,
    findings: eventFindings(summary, results),
    ties: describeTies(rows),
    baseline: baselineOf(rows),
    costs: all.map(({ load, rows: some }) => ({ load, plot: costsOf(some, rows, cells, results) })),
    split: all.map(({ load, rows: some }) => ({ load, split: splitOf(some, results) })),
    latency: byLoad(rows, openFigures).map(({ load, rows: some }) => ({
      load,
      isOpen: some.some((row) => (openFigures(row)?.rate ?? null) !== null),
      rows: some.map((row) => latencyOf(row, results)),
    })),
    loads: loadsOf(rows),
    figures: ranked.flatMap(({ load, rows: some }) =>
      figuresOf(some, cells, results).map((figure) => ({ ...figure, load })),
    ),
    warmUps: warmUpsOf(results, event),
  };
}

/** @param all the event's rows: the cheapest of them is what others are compared with */
function costsOf(some: Row[], all: Row[], cells: Cell[], results: Results): DotPlot<CostItem> {
  const merit = meritOf(results.plan);
  const items = some.map((row): CostItem => {
    const { name, cost, costs, comparison } = row;
    return {
      name,
      values: costs.map((each) => ({ round: each.round, value: each.cost })),
      voids: cells.flatMap((cell) => {
        const phase = cell.phases[merit];
        if (cell.name !== name || !phase || phase.void === null) return [];
        const { server, requests } = phase.usage ?? {};
        const value = server && requests ? (server.user + server.system) / requests : undefined;
        return [{ round: cell.round, value }];
      }),
      median: cost,
      group: groupOf(row, all),
      cost: cost === undefined ? NONE : micros(cost),
      why: whyNoCost(row, results),
      ratio: ratioTextOf(row, all, results),
      bootstrap: comparison ? `bootstrap ${intervalOf(comparison.bootstrap)}` : '',
    };
  });
  return dotPlotOf(items, results.plan.rounds, 'µs a request', micros);
}

function latencyOf(row: Row, results: Results) {
  const found = openFigures(row)?.latency;
  const voidly = row.faults.some(({ phase }) => phase !== 'saturation');
  return {
    name: row.name,
    why: found ? undefined : voidly ? 'void' : (whyNoCost(row, results) ?? 'not measured'),
    texts: found ? [found.p50, found.p90, found.p99, found.p999, found.max].map(millis) : [],
  };
}

function loadsOf(rows: Row[]): EventView['loads'] {
  const columns: { title: string; of: (row: Row) => string }[] = [
    ...byLoad(rows, ({ phases }) => phases.saturation).map(({ load }) => ({
      title: `capacity ${load}, requests/s`,
      of: capacityOf,
    })),
    ...(['saturation', 'fixedRate', 'scenario'] as const).flatMap((phase) =>
      byLoad(rows, ({ phases }) => phases[phase]).map(({ load, rows: loaded }) => ({
        title: `generator busy, ${load}`,
        of: (row: Row) => {
          const found = loaded.includes(row) ? row.phases[phase] : undefined;
          return found ? percent(found.generatorBusy) : NONE;
        },
      })),
    ),
    { title: 'RSS, MiB', of: (row) => shown(peakMemory(row)?.rss) },
    { title: 'PSS, MiB', of: (row) => shown(peakMemory(row)?.pss) },
  ];
  return {
    titles: columns.map(({ title }) => title),
    rows: rows.map((row) => ({ name: row.name, texts: columns.map((column) => column.of(row)) })),
  };
}

const shown = (value: number | null | undefined) =>
  value === null || value === undefined ? NONE : count(value);

/** The figures of the phase that ranks, round by round. */
function figuresOf(
  rows: Row[],
  cells: Cell[],
  results: Results,
): { name: string; plot: DotPlot<DotInput> }[] {
  const merit = meritOf(results.plan);
  return figureNames(rows, ({ phases }) => phases[merit]).map(({ name, unit }) => {
    const items = rows.map((row): DotInput => {
      const own = cells
        .filter((cell) => cell.name === row.name)
        .flatMap(({ round, phases }) => {
          const phase = phases[merit];
          return phase ? [{ round, phase, value: phase.figures?.[name]?.value }] : [];
        });
      const valid = own.flatMap(({ round, phase, value }) =>
        phase.void === null && value !== undefined ? [{ round, value }] : [],
      );
      const voids = own.filter(({ phase }) => phase.void !== null);
      const median = row.phases[merit]?.figures[name]?.value;
      return { name: row.name, values: valid, voids, median };
    });
    return { name, plot: dotPlotOf(items, results.plan.rounds, unit, plainNumber) };
  });
}
