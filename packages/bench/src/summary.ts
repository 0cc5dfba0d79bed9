import { costOf, type Fault, faultsOf, figuresOf, type PhaseFigures } from './figures.js';
import { type Contender, contenderOf, meritOf, namesOf, type Plan } from './plan.js';
import type { Cell, PhaseName, Results } from './result.js';
import { type Comparison, compare, holm } from './stats/compare.js';
import { median } from './stats/median.js';
import { nameAt } from './targets/against.js';

/** What came of a contender under an event, over all rounds. */
export interface Row extends Contender {
  /** Of the rounds that are not void; a phase without such a round is not there. */
  phases: Partial<Record<PhaseName, PhaseFigures>>;
  /** The server's cost in the phase that ranks, in µs a request, round by round. */
  costs: { round: number; cost: number }[];
  /** Their median; undefined where there is none. */
  cost: number | undefined;
  /** Its cost over that of the cheapest, round by round; undefined for the cheapest, and for one round. */
  comparison: Comparison | undefined;
  /** Whether that is a difference: neither interval holds 1, nor does chance explain it (Holm). */
  differs: boolean;
  /**
   * 1 for the cheapest and all that do not differ from it; the next for those left, and so on. The control
   * has none.
   */
  group: number | undefined;
  faults: Fault[];
  /** The rounds in which it did not get steady before it was measured. */
  unsteady: number[];
}

/** What came of an event: the cheapest contender first, those without a figure last. */
export interface EventSummary {
  event: string;
  rows: Row[];
}

/** Two contenders of a run under an event: the first over the second, round by round. */
export interface Paired {
  name: string;
  of: string;
  event: string;
  comparison: Comparison;
  differs: boolean;
}

/** What A against A says of the run. */
export interface Control {
  name: string;
  of: string;
  /** Event by event: the second process over the first. */
  comparisons: Paired[];
}

/** The chance with which a difference is told where there is none. */
const SIGNIFICANCE = 0.05;

/** Sums a run up, event by event. */
export function summarise(results: Results): EventSummary[] {
  const { plan } = results;
  return plan.events.map((event) => ({
    event,
    rows: rank(
      namesOf(plan).map((name) => rowOf(plan, name, cellsOf(results, name, event))),
      plan,
    ),
  }));
}

/** Compares the control with its contender; undefined without one, or with a single round. */
export function controlOf(results: Results): Control | undefined {
  const { plan } = results;
  if (!plan.control) return undefined;
  const comparisons = comparePairs(results, [plan.control]);
  return comparisons.length > 0 ? { ...plan.control, comparisons } : undefined;
}

/** Compares our servers with those of the commit that the run is against, each with its own; none without one. */
export function changesOf(results: Results): Paired[] {
  const { contenders, against } = results.plan;
  if (against === undefined) return [];
  const pairs = contenders.flatMap(({ name, target, workers, poolSize }) => {
    const before = contenders.find(
      (other) =>
        other.target === nameAt(target, against) &&
        other.workers === workers &&
        other.poolSize === poolSize,
    );
    return before ? [{ name, of: before.name }] : [];
  });
  return comparePairs(results, pairs);
}

/** Compares pairs of contenders, event by event; all are one family (Holm). */
function comparePairs(results: Results, pairs: { name: string; of: string }[]): Paired[] {
  const { plan } = results;
  const found = plan.events.flatMap((event) => {
    const rows = namesOf(plan).map((each) => rowOf(plan, each, cellsOf(results, each, event)));
    return pairs.flatMap(({ name, of }) => {
      const [row, base] = [name, of].map((each) => rows.find((row) => row.name === each));
      const comparison = row && base && compareRows(row, base, rows, plan.seed);
      return comparison ? [{ name, of, event, comparison }] : [];
    });
  });
  const ps = holm(found.map(({ comparison }) => comparison.p));
  return found.map((pair, index) => ({
    ...pair,
    differs: isDifference(pair.comparison, ps[index] ?? 1),
  }));
}

/** Whether a comparison tells a difference: neither interval holds 1, and p is small. */
export function isDifference({ bootstrap, t }: Comparison, p: number): boolean {
  const holdsOne = ({ low, high }: { low: number; high: number }) => low <= 1 && high >= 1;
  return p < SIGNIFICANCE && !holdsOne(bootstrap) && !holdsOne(t);
}

function cellsOf({ cells }: Results, name: string, event: string): Cell[] {
  return cells.filter((cell) => cell.name === name && cell.event === event);
}

function rowOf(plan: Plan, name: string, cells: Cell[]): Row {
  const merit = meritOf(plan);
  const costs = cells.flatMap(({ round, phases }) => {
    const cost = costOf(phases[merit]);
    return cost === undefined ? [] : [{ round, cost }];
  });
  const phases: Row['phases'] = {};
  for (const phase of ['saturation', 'fixedRate', 'scenario'] as const) {
    const found = figuresOf(
      phase,
      cells.flatMap((cell) => cell.phases[phase] ?? []),
    );
    if (found) phases[phase] = found;
  }
  return {
    ...contenderOf(plan, name),
    name,
    phases,
    costs,
    cost: costs.length > 0 ? median(costs.map(({ cost }) => cost)) : undefined,
    comparison: undefined,
    differs: false,
    group: undefined,
    faults: faultsOf(cells),
    unsteady: cells.flatMap(({ round, warmUp }) => (warmUp && !warmUp.steady ? [round] : [])),
  };
}

/**
 * The cheapest first, compared with all others. The control has no rank of its own: it stands behind its
 * contender, and is compared without being one of those among whom the cheapest is looked for.
 */
function rank(all: Row[], { seed, control }: Plan): Row[] {
  const rows = all.filter(({ name }) => name !== control?.name);
  const valid = rows
    .filter(({ cost }) => cost !== undefined)
    .toSorted((a, b) => (a.cost ?? 0) - (b.cost ?? 0));
  const [cheapest, ...others] = valid;
  const again = all.filter(({ name }) => name === control?.name);
  if (!cheapest) return all;
  const groups = groupsOf(valid, all, seed);
  const ranked = [
    ...[cheapest, ...compareWith(cheapest, others, all, seed)].map((row) => ({
      ...row,
      group: groups.get(row.name),
    })),
    ...rows.filter(({ cost }) => cost === undefined),
  ];
  const behind = ranked.findIndex(({ name }) => name === control?.of) + 1;
  return ranked.toSpliced(behind, 0, ...compareWith(cheapest, again, all, seed, others.length));
}

/**
 * The cheapest leads a group; those that do not differ from it belong to it, and the cheapest of the
 * others leads the next.
 */
function groupsOf(sorted: Row[], all: Row[], seed: number): Map<string, number> {
  const groups = new Map<string, number>();
  let left = sorted;
  for (let group = 1; left[0]; group++) {
    const [leader, ...others] = left;
    const compared = compareWith(leader, others, all, seed);
    for (const row of [leader, ...compared.filter(({ differs }) => !differs)]) {
      groups.set(row.name, group);
    }
    left = compared.filter(({ differs }) => differs);
  }
  return groups;
}

/**
 * @param all the event's rows: they tell what chance does
 * @param family how many comparisons are made at least, for those that are not among the rows
 */
function compareWith(
  leader: Row,
  rows: Row[],
  all: Row[],
  seed: number,
  family = rows.length,
): Row[] {
  const compared = rows.map((row) => ({
    ...row,
    comparison: compareRows(row, leader, all, seed),
  }));
  const tested = compared.filter(({ comparison }) => comparison);
  const others = new Array<number>(Math.max(0, family - tested.length)).fill(1);
  const ps = holm([...tested.map(({ comparison }) => comparison?.p ?? 1), ...others]);
  for (const [index, row] of tested.entries()) {
    row.differs = row.comparison !== undefined && isDifference(row.comparison, ps[index] ?? 1);
  }
  return compared;
}

/** Of the rounds that both have a figure of: undefined where there are not two. */
function compareRows(row: Row, base: Row, all: Row[], seed: number): Comparison | undefined {
  const rounds = row.costs
    .map(({ round }) => round)
    .filter((round) => base.costs.some((each) => each.round === round));
  if (rounds.length < 2) return undefined;
  const costsOf = ({ costs }: Row) =>
    rounds.flatMap((round) => costs.find((each) => each.round === round)?.cost ?? []);
  const others = all.filter(({ name }) => name !== row.name && name !== base.name).map(costsOf);
  const complete = others.filter(({ length }) => length === rounds.length);
  return compare(costsOf(row), costsOf(base), seed, complete);
}
