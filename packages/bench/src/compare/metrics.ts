import { costOf } from '../figures.js';
import { meritOf, type Plan } from '../plan.js';
import type { Cell } from '../result.js';

/** What is compared between two runs, by name. */
export const metrics = {
  cost: {
    unit: 'µs a request',
    of: (cell: Cell, plan: Plan) => costOf(cell.phases[meritOf(plan)]),
  },
  p99: {
    unit: 'ms at the fixed rate',
    of: ({ phases: { fixedRate } }: Cell) =>
      fixedRate?.void === null ? fixedRate.load?.latency?.p99 : undefined,
  },
  capacity: {
    unit: 'requests/s at saturation',
    of: ({ phases: { saturation } }: Cell) =>
      saturation?.void === null && saturation.load
        ? saturation.load.requests / saturation.load.seconds
        : undefined,
  },
  memory: {
    unit: 'MiB, the highest seen',
    of: (cell: Cell, plan: Plan) => {
      const phase = cell.phases[meritOf(plan)];
      const rss = phase?.void === null ? phase.usage?.server?.rss : undefined;
      return rss === undefined || rss === null ? undefined : rss / 2 ** 20;
    },
  },
} satisfies Record<string, { unit: string; of: (cell: Cell, plan: Plan) => number | undefined }>;

export type Metric = keyof typeof metrics;

/** In the order in which they are shown. */
export const metricNames = Object.keys(metrics) as Metric[];
