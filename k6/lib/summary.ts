import exec from 'k6/execution';

/** With `MERGE` a run ends with one line for `npm run bench -- merge`, in place of k6's summary. */
const mergeable = Boolean(__ENV.MERGE);

/**
 * From each percentile to the next lies the same share of the requests: the list is a histogram, with
 * buckets of equal count. It is finer towards the end, where people look: every 0.1, from 99 on every
 * 0.01, from 99.9 on every 0.001.
 */
const percentiles = [
  ...Array.from({ length: 989 }, (_, step) => (step + 1) / 10),
  ...Array.from({ length: 90 }, (_, step) => (9900 + step) / 100),
  ...Array.from({ length: 100 }, (_, step) => (99900 + step) / 1000),
];

/** What k6 has to work out of the latencies of a run. */
export const trendStats = mergeable
  ? ['count', 'min', 'avg', ...percentiles.map((percentile) => `p(${percentile})`), 'max']
  : undefined;

/** What k6 has to work out where figures are made of it. */
export const figureStats = trendStats ?? ['count', 'min', 'p(50)', 'p(95)', 'p(99)', 'max'];

/** The part of k6's summary that is read here. */
interface Data {
  state: { testRunDurationMs: number };
  metrics: Record<string, { values: Record<string, number> }>;
  root_group: { checks: { name: string; passes: number; fails: number }[] };
}

/** What a load is made for, where latency and throughput are not it. */
export type Figures = Record<string, { value: number; unit: string }>;

/** Finds a value of a metric, as `http_req_duration{step:1}` and `p(99)`; 0 where there is none. */
export type Read = (metric: string, value: string) => number;

/** k6 calls this right before the load begins: whoever measures meanwhile learns when that is. */
export function setup(): void {
  if (mergeable) console.log('the load begins');
}

/** k6 calls this at the end; undefined leaves the summary to k6. */
export function handleSummary(data: Data): { stdout: string } | undefined {
  return mergeable ? { stdout: line(data) } : undefined;
}

/**
 * Makes a `handleSummary` that tells figures, too: in the line for machines, or on a line before k6's
 * summary.
 *
 * @param figuresOf a figure that could not be found is left out
 */
export function summaryWith(figuresOf: (read: Read) => Figures) {
  return (data: Data): { stdout: string } | undefined => {
    const figures = figuresOf((metric, value) => data.metrics[metric]?.values[value] ?? 0);
    if (mergeable) return { stdout: line(data, figures) };
    const all = Object.entries(figures).map(([name, { value, unit }]) => {
      return `${name} ${Number(value.toPrecision(3))} ${unit}`;
    });
    console.log(all.join(', ') || 'no figure was found');
  };
}

/** What `bench merge` reads; figures are those of this k6 alone. */
function line({ metrics, root_group, state }: Data, figures?: Figures): string {
  const latency = metrics.http_req_duration?.values ?? {};
  const result = {
    heptathlon: 'k6',
    version: 1,
    scenario: Object.keys(exec.test.options.scenarios ?? {}).join(),
    segment: exec.test.options.executionSegment ?? '0:1',
    seconds: state.testRunDurationMs / 1000,
    requests: metrics.http_reqs?.values.count ?? 0,
    failed: metrics.http_req_failed?.values.passes ?? 0,
    dropped: metrics.dropped_iterations?.values.count ?? 0,
    checks: root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
    latency: {
      min: latency.min,
      mean: latency.avg,
      max: latency.max,
      percentiles: percentiles.map((percentile) => [percentile, latency[`p(${percentile})`]]),
    },
    figures,
  };
  return `${JSON.stringify(result)}\n`;
}
