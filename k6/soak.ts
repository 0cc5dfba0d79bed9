// An everyday load for a long time: `RATE` requests/s (100) for `DURATION` (1h). Are people served in the last
// quarter as they were in the first?
//
// Source: k6's documentation on soak testing: the average load, from 3 to 72 hours.

import exec from 'k6/execution';
import { inTime, optionsOf, seconds, wholeNumber } from './lib/load.ts';
import { type Figures, figureStats, summaryWith } from './lib/summary.ts';
import { elapsed, traffic } from './lib/traffic.ts';

const send = traffic('mix');
const duration = seconds('1h');
const rate = wholeNumber('RATE', 100);

/** As many as wait where the server stands still for a quarter of a second. */
const vus = wholeNumber('VUS', Math.max(100, Math.ceil(rate / 4)));

const latencyIn = (quarter: number) => `http_req_duration{quarter:${quarter}}`;

export const options = {
  ...optionsOf(
    'soak',
    {
      executor: 'constant-arrival-rate',
      rate,
      duration: `${duration}s`,
      preAllocatedVUs: vus,
    },
    {
      dropped_iterations: ['count==0'],
      ...Object.fromEntries([1, 2, 3, 4].map((quarter) => [latencyIn(quarter), inTime])),
    },
  ),
  summaryTrendStats: figureStats,
};

export default function soak() {
  exec.vu.metrics.tags.quarter = Math.min(4, 1 + Math.floor((elapsed() / duration) * 4));
  send();
}

/** drift: how many times as long requests took in the last quarter as in the first. */
export const handleSummary = summaryWith((read): Figures => {
  const ratio = (value: string) => read(latencyIn(4), value) / read(latencyIn(1), value);
  if (read(latencyIn(1), 'count') === 0) return {};
  return {
    'drift of p50': { value: ratio('p(50)'), unit: 'times' },
    'drift of p99': { value: ratio('p(99)'), unit: 'times' },
  };
});
