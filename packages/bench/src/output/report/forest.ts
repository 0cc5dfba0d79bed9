import { meritOf } from '../../plan.js';
import type { Results } from '../../result.js';
import type { Comparison } from '../../stats/compare.js';
import type { Control, EventSummary, Row } from '../../summary.js';
import {
  baselineOf,
  byLoad,
  describeComparison,
  describeSame,
  describeVoids,
  groupOf,
} from '../describe.js';
import { whyNoCost } from '../findings.js';
import { list, micros, percentMore, ratio } from '../format.js';
import { ratios, type Scale } from './scale.js';

/** A ratio with its intervals, placed on an axis. */
export interface Mark {
  at: string;
  t: Line;
  bootstrap: Line;
}

interface Line {
  from: string;
  to: string;
  /** Whether it goes on beyond the axis. */
  below: boolean;
  above: boolean;
}

/** A contender's cost over that of the cheapest, in words. */
export interface RatioText {
  /** How it is drawn. */
  state: 'cheapest' | 'differs' | 'same' | 'none';
  /** The ratio, or why there is none. */
  text: string;
  interval: string;
  /** What is said where it is the same: that there is no difference, or that it cannot be told. */
  same: string;
}

/** A contender in the forest plot. */
export interface ForestRow extends RatioText {
  name: string;
  group: number | undefined;
  cost: string;
  /** What the drawing says, in words. */
  label: string;
  mark: Mark | undefined;
  /** What is to be said about this very figure. */
  badges: string[];
}

/** The ratios of all events on one axis. */
export interface Forest {
  scale: Scale;
  /** Under the load at which its figures hold, and what they are over. */
  events: { event: string; load: string; baseline: string | undefined; rows: ForestRow[] }[];
}

export function forestOf(summaries: EventSummary[], results: Results): Forest {
  const comparisons = summaries.flatMap(({ rows }) => rows.flatMap((row) => row.comparison ?? []));
  const scale = scaleOf(comparisons);
  const merit = meritOf(results.plan);
  return {
    scale,
    events: summaries.map(({ event, rows }) => ({
      event,
      load: list(byLoad(rows, ({ phases }) => phases[merit]).map(({ load }) => load)),
      baseline: baselineOf(rows),
      rows: rows.map((row) => forestRow(row, rows, scale, results)),
    })),
  };
}

function forestRow(row: Row, rows: Row[], scale: Scale, results: Results): ForestRow {
  const { name, comparison, cost } = row;
  const ratioText = ratioTextOf(row, rows, results);
  const same = ratioText.state === 'same' ? `, ${ratioText.same}` : '';
  return {
    ...ratioText,
    name,
    group: groupOf(row, rows),
    cost: cost === undefined ? '' : micros(cost),
    label: `${name}: ${ratioText.text} ${ratioText.interval}${same}`,
    mark: comparison && markOf(comparison, scale),
    badges: badgesOf(row, results),
  };
}

export function ratioTextOf(row: Row, rows: Row[], results: Results): RatioText {
  const { comparison, differs } = row;
  const why = whyNoCost(row, results);
  if (why) return { state: 'none', text: why, interval: '', same: '' };
  if (!comparison) {
    const state = row === rows[0] ? 'cheapest' : 'none';
    return { state, text: describeComparison(row, rows), interval: '', same: '' };
  }
  return {
    state: differs ? 'differs' : 'same',
    text: `×${ratio(comparison.ratio)}`,
    interval: intervalOf(comparison.t),
    same: describeSame(comparison),
  };
}

/** Only of the phase that ranks: a capacity that is void says nothing against a cost. */
function badgesOf(row: Row, results: Results): string[] {
  const { cost, costs, faults, unsteady } = row;
  const { plan } = results;
  if (cost === undefined) return [];
  const merit = meritOf(plan);
  const voids = new Set(faults.flatMap(({ phase, rounds }) => (phase === merit ? rounds : [])));
  const missing = plan.rounds - costs.length - voids.size;
  return [
    ...[describeVoids(row, results)].filter((text) => text !== undefined),
    ...(missing > 0 ? [`${missing} of ${plan.rounds} missing`] : []),
    ...(unsteady.length > 0 ? [`${unsteady.length} of ${plan.rounds} not steady`] : []),
  ];
}

/** A against A, event by event. */
export interface ControlPlot {
  scale: Scale;
  rows: {
    event: string;
    differs: boolean;
    text: string;
    interval: string;
    smallest: string;
    label: string;
    mark: Mark;
  }[];
}

export function controlPlotOf({ comparisons }: Control): ControlPlot {
  const scale = scaleOf(comparisons.map(({ comparison }) => comparison));
  return {
    scale,
    rows: comparisons.map(({ event, comparison, differs }) => {
      const text = `×${ratio(comparison.ratio)}`;
      const interval = intervalOf(comparison.t);
      return {
        ...{ event, differs, text, interval },
        smallest: percentMore(comparison.smallestDifference),
        label: `${event}: ${text} ${interval}, ${differs ? 'a difference' : describeSame(comparison)}`,
        mark: markOf(comparison, scale),
      };
    }),
  };
}

export const intervalOf = ({ low, high }: { low: number; high: number }) =>
  `[${ratio(low)}, ${ratio(high)}]`;

/** An axis that holds 1, all ratios, and their intervals unless they are out of all proportion. */
function scaleOf(comparisons: Comparison[]): Scale {
  const found = comparisons.map(({ ratio: value }) => value);
  const lowest = Math.min(1, ...found);
  const highest = Math.max(1, ...found);
  const reach = Math.max(highest / lowest, 1.1);
  const low = Math.min(...comparisons.map(({ t }) => t.low), 1);
  const high = Math.max(...comparisons.map(({ t }) => t.high), 1);
  return ratios(
    Math.min(Math.max(low, lowest / reach), 0.99),
    Math.max(Math.min(high, highest * reach), 1.01),
  );
}

function markOf({ ratio: value, t, bootstrap }: Comparison, scale: Scale): Mark {
  const line = ({ low, high }: { low: number; high: number }): Line => ({
    from: scale.at(low),
    to: scale.at(high),
    below: low < scale.from,
    above: high > scale.to,
  });
  return { at: scale.at(value), t: line(t), bootstrap: line(bootstrap) };
}
