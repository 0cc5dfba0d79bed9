// Users who read, post and think: `VUS` of them (100), who send `RATE` requests/s together (100) where the
// server answers at once. A user thinks for VUS / RATE seconds on average, 1 s where nothing is given; a slow
// server gets fewer requests, as from people.
//
// Source: TPC-W (Transaction Processing Performance Council, 2002). Its shopping mix: lib/mix.ts. Its think
// time: exponential, cut off at ten times its mean, which is 7 s: VUS=700 RATE=100.

import { sleep } from 'k6';
import { inTime, optionsOf, seconds, wholeNumber } from './lib/load.ts';
import { mix } from './lib/mix.ts';
import { figureStats, summaryWith } from './lib/summary.ts';
import { elapsed, sendMix } from './lib/traffic.ts';

const vus = wholeNumber('VUS', 100);
const rate = wholeNumber('RATE', 100);
const duration = seconds('60s');

const latencyOf = (operation: string) => `http_req_duration{operation:${operation}}`;
const operations = Object.keys(mix);

export const options = {
  ...optionsOf(
    'mixed',
    { executor: 'constant-vus', vus, duration: `${duration}s` },
    {
      http_req_duration: inTime,
      ...Object.fromEntries(operations.map((operation) => [latencyOf(operation), []])),
    },
  ),
  summaryTrendStats: figureStats,
};

/** In s. */
function thinkTime(): number {
  const mean = vus / rate;
  return Math.min(-Math.log(1 - Math.random()) * mean, 10 * mean);
}

export default function mixed() {
  // Who still thinks when the time is up wakes after it, and sends nothing more.
  sleep(Math.min(thinkTime(), Math.max(0, duration - elapsed()) + 0.1));
  if (elapsed() < duration) sendMix();
}

/** How long all but one in a hundred requests of an operation took. */
export const handleSummary = summaryWith((read) =>
  Object.fromEntries(
    operations
      .filter((operation) => read(latencyOf(operation), 'count') > 0)
      .map((operation) => [
        `p99 of ${operation}`,
        { value: read(latencyOf(operation), 'p(99)'), unit: 'ms' },
      ]),
  ),
);
