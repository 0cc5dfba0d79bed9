import { meritOf } from '../../plan.js';
import type { Cell, Results } from '../../result.js';
import type { EventSummary, Row } from '../../summary.js';
import { capacityOf, figureNames, openLatency, peakMemory } from '../columns.js';
import { describeMerit, describeTies, groupOf } from '../describe.js';
import { eventFindings, type Finding, whyNoCost } from '../findings.js';
import { count, micros, millis, NONE, percent, phaseNames, plainNumber } from '../format.js';
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
  merit: string;
  findings: Finding[];
  ties: string[];
  costs: DotPlot<CostItem>;
  split: Split;
  /** null where no load was open. */
  latency: { name: string; why: string | undefined; texts: string[] }[] | null;
  loads: { titles: string[]; rows: { name: string; texts: string[] }[] };
  figures: { name: string; plot: DotPlot<DotInput> }[];
  warmUps: WarmUpRow[];
}

export function eventViewOf(summary: EventSummary, results: Results): EventView {
  const { event, rows } = summary;
  const cells = results.cells.filter((cell) => cell.event === event);
  return {
    event,
    merit: describeMerit(results.plan, event),
    findings: eventFindings(summary, results),
    ties: describeTies(rows),
    costs: costsOf(rows, cells, results),
    split: splitOf(rows, results),
    latency: rows.some(openLatency) ? rows.map((row) => latencyOf(row, results)) : null,
    loads: loadsOf(rows, results),
    figures: figuresOf(rows, cells, results),
    warmUps: warmUpsOf(results, event),
  };
}

function costsOf(rows: Row[], cells: Cell[], results: Results): DotPlot<CostItem> {
  const merit = meritOf(results.plan);
  const items = rows.map((row): CostItem => {
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
      group: groupOf(row, rows),
      cost: cost === undefined ? NONE : micros(cost),
      why: whyNoCost(row, results),
      ratio: ratioTextOf(row, rows, results),
      bootstrap: comparison ? `bootstrap ${intervalOf(comparison.bootstrap)}` : '',
    };
  });
  return dotPlotOf(items, results.plan.rounds, 'µs a request', micros);
}

function latencyOf(row: Row, results: Results) {
  const found = openLatency(row);
  const voidly = row.faults.some(({ phase }) => phase !== 'saturation');
  return {
    name: row.name,
    why: found ? undefined : voidly ? 'void' : (whyNoCost(row, results) ?? 'not measured'),
    texts: found ? [found.p50, found.p90, found.p99, found.p999, found.max].map(millis) : [],
  };
}

function loadsOf(rows: Row[], results: Results): EventView['loads'] {
  const { plan } = results;
  const columns: { title: string; of: (row: Row) => string }[] = [
    ...(plan.saturation ? [{ title: 'capacity, requests/s', of: capacityOf }] : []),
    ...(['saturation', 'fixedRate', 'scenario'] as const)
      .filter((phase) => plan[phase])
      .map((phase) => ({
        title: `generator busy, ${phaseNames[phase]}`,
        of: ({ phases }: Row) => {
          const found = phases[phase];
          return found ? percent(found.generatorBusy) : NONE;
        },
      })),
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
function figuresOf(rows: Row[], cells: Cell[], results: Results): EventView['figures'] {
  const merit = meritOf(results.plan);
  return figureNames(rows, results).map(({ name, unit }) => {
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
