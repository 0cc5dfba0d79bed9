import { type Cell, type Figures, figures, type Results } from './result.js';
import { type Comparison, compare, holm } from './stats/compare.js';
import { median } from './stats/median.js';

/** What came of a target under an event, over all rounds. */
export interface Row {
  name: string;
  /** Of the rounds whose figures hold; undefined where there is none. */
  medians: Figures | undefined;
  /** Server cost in each of those rounds, in µs. */
  costs: { round: number; cost: number }[];
  /** Its cost over that of the cheapest, round by round; undefined for the cheapest, and for one round. */
  comparison: Comparison | undefined;
  /** Whether the comparison tells a difference: neither interval holds 1, nor does chance explain it. */
  differs: boolean;
  /** Why rounds are void, each reason once. */
  voids: string[];
}

/** What came of an event: the cheapest target first, those without a figure last. */
export interface EventSummary {
  event: string;
  rows: Row[];
}

/** What A against A says of the run. */
export interface Control {
  name: string;
  target: string;
  /** Event by event: the target's second process over its first. */
  comparisons: { event: string; comparison: Comparison; differs: boolean }[];
}

/** The chance with which a difference is told where there is none. */
const SIGNIFICANCE = 0.05;

/** Sums a run up, event by event. */
export function summarise(results: Results): EventSummary[] {
  return results.plan.events.map((event) => ({
    event,
    rows: compareAll(
      results.plan.names.map((name) => rowOf(name, cellsOf(results, name, event))),
      results.plan.seed,
    ),
  }));
}

/** Compares the control with its target; undefined without one, or with a single round. */
export function controlOf({ plan, ...results }: Results): Control | undefined {
  if (!plan.control) return undefined;
  const { name, target } = plan.control;
  const found = plan.events.flatMap((event) => {
    const [second, first] = [name, target].map((each) =>
      rowOf(each, cellsOf({ plan, ...results }, each, event)),
    ) as [Row, Row];
    const comparison = compareRows(second, first, plan.seed);
    return comparison ? [{ event, comparison }] : [];
  });
  if (found.length === 0) return undefined;
  const ps = holm(found.map(({ comparison }) => comparison.p));
  return {
    name,
    target,
    comparisons: found.map(({ event, comparison }, index) => ({
      event,
      comparison,
      differs: differs(comparison, ps[index] ?? 1),
    })),
  };
}

function cellsOf({ cells }: Results, name: string, event: string): Cell[] {
  return cells.filter((cell) => cell.target === name && cell.event === event);
}

function rowOf(name: string, cells: Cell[]): Row {
  const valid = cells.flatMap((cell) => {
    const found = cell.void === null ? figures(cell) : undefined;
    return found ? [{ round: cell.round, found }] : [];
  });
  return {
    name,
    medians: mediansOf(valid.map(({ found }) => found)),
    costs: valid.map(({ round, found }) => ({ round, cost: found.serverCost })),
    comparison: undefined,
    differs: false,
    voids: [...new Set(cells.flatMap((cell) => cell.void ?? []))],
  };
}

function compareAll(rows: Row[], seed: number): Row[] {
  const cost = ({ medians }: Row) => medians?.serverCost ?? Number.POSITIVE_INFINITY;
  const sorted = rows.toSorted((a, b) => cost(a) - cost(b));
  const [cheapest, ...others] = sorted;
  if (!cheapest) return [];
  const compared = others.map((row) => ({ ...row, comparison: compareRows(row, cheapest, seed) }));
  const tested = compared.filter(({ comparison }) => comparison);
  const ps = holm(tested.map(({ comparison }) => comparison?.p ?? 1));
  for (const [index, row] of tested.entries()) {
    if (row.comparison) row.differs = differs(row.comparison, ps[index] ?? 1);
  }
  return [cheapest, ...compared];
}

/** Of the rounds that both have a figure of: undefined where there are not two. */
function compareRows(row: Row, base: Row, seed: number): Comparison | undefined {
  const pairs = row.costs.flatMap(({ round, cost }) => {
    const other = base.costs.find((each) => each.round === round);
    return other ? [[cost, other.cost] as const] : [];
  });
  if (pairs.length < 2) return undefined;
  return compare(
    pairs.map(([cost]) => cost),
    pairs.map(([, cost]) => cost),
    seed,
  );
}

function differs({ bootstrap, t }: Comparison, p: number): boolean {
  const holdsOne = ({ low, high }: { low: number; high: number }) => low <= 1 && high >= 1;
  return p < SIGNIFICANCE && !holdsOne(bootstrap) && !holdsOne(t);
}

function mediansOf(all: Figures[]): Figures | undefined {
  if (all.length === 0) return undefined;
  const of = (value: (figures: Figures) => number) => median(all.map(value));
  return {
    throughput: of((each) => each.throughput),
    latency: {
      p50: of(({ latency }) => latency.p50),
      p90: of(({ latency }) => latency.p90),
      p99: of(({ latency }) => latency.p99),
      p999: of(({ latency }) => latency.p999),
      max: of(({ latency }) => latency.max),
    },
    serverCost: of((each) => each.serverCost),
    postgresCost: all.some((each) => each.postgresCost === null)
      ? null
      : of((each) => each.postgresCost ?? 0),
    generatorCost: of((each) => each.generatorCost),
    memory: of((each) => each.memory),
    errors: 0,
  };
}
