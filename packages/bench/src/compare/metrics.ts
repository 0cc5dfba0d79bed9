import { costOf } from '../figures.js';
import { describeLoad } from '../output/describe.js';
import { meritOf, type Plan } from '../plan.js';
import type { Cell, Phase, PhaseName } from '../result.js';

/** What is compared between two runs. */
interface Definition {
  unit: string;
  /** The phase that holds it. */
  phase(plan: Plan): PhaseName;
  of(phase: Phase): number | null | undefined;
}

const rssOf = ({ usage }: Phase) => usage?.server?.rss;

/** What is compared between two runs, by name. */
export const metrics = {
  cost: { unit: 'µs a request', phase: meritOf, of: costOf },
  p99: { unit: 'ms', phase: () => 'fixedRate', of: ({ load }) => load?.latency?.p99 },
  capacity: {
    unit: 'requests/s',
    phase: () => 'saturation',
    of: ({ load }) => load && load.requests / load.seconds,
  },
  memory: {
    unit: 'MiB, the highest seen',
    phase: meritOf,
    of: (phase) => {
      const rss = rssOf(phase);
      return rss && rss / 2 ** 20;
    },
  },
} satisfies Record<string, Definition>;

export type Metric = keyof typeof metrics;

/** In the order in which they are shown. */
export const metricNames = Object.keys(metrics) as Metric[];

/** A metric of a cell, and the load at which it holds: both of the same record; undefined where it is void. */
export function readMetric(
  metric: Metric,
  cell: Cell,
  plan: Plan,
): { value: number; load: string } | undefined {
  const { phase: phaseOf, of }: Definition = metrics[metric];
  const name = phaseOf(plan);
  const phase = cell.phases[name];
  if (!phase?.load || phase.void !== null) return undefined;
  const value = of(phase);
  if (value === null || value === undefined) return undefined;
  return { value, load: describeLoad({ phase: name, rate: phase.load.rate }) };
}
