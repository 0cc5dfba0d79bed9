// More and more requests, until p99 breaks the objective of `OBJECTIVE` ms (100): how many requests/s are that?
// From none to twice `RATE` (1000 requests/s, what one takes the server to be able to do). The longer the ramp,
// the closer: a queue takes time to grow, so the knee of a short ramp is too high.
//
// Source: k6's documentation on breakpoint testing, a ramping arrival rate. It stops the test when a threshold
// breaks, which is judged by all requests so far; here the load goes on, and each window is judged alone. The
// objective is what people take for an instant (Nielsen, Usability Engineering, 1993).

import exec from 'k6/execution';
import { optionsOf, seconds, wholeNumber } from './lib/load.ts';
import { type Figures, figureStats, summaryWith } from './lib/summary.ts';
import { elapsed, traffic } from './lib/traffic.ts';

const send = traffic('mix');
const duration = seconds('60s');
const highest = 2 * wholeNumber('RATE', 1000);
const objective = wholeNumber('OBJECTIVE', 100);

/**
 * By Little's law, as many as are under way at the highest rate where each takes as long as the objective: so
 * the objective breaks before they run out. Then they limit the queue: what the server cannot do is dropped,
 * and nothing breaks down.
 */
const vus = wholeNumber('VUS', Math.max(32, Math.ceil((highest * objective) / 1000)));

const WINDOWS = 40;
const windows = Array.from({ length: WINDOWS }, (_, index) => index);
/** The rate at which a window begins, in requests/s. */
const rateAt = (index: number) => (highest * index) / WINDOWS;
const latencyIn = (index: number) => `http_req_duration{rate:${rateAt(index)}}`;

export const options = {
  ...optionsOf(
    'breakpoint',
    {
      executor: 'ramping-arrival-rate',
      startRate: 0,
      preAllocatedVUs: vus,
      stages: [{ target: highest, duration: `${duration}s` }],
    },
    Object.fromEntries(windows.map((index) => [latencyIn(index), []])),
  ),
  summaryTrendStats: figureStats,
};

export default function breakpoint() {
  const index = Math.floor((elapsed() / duration) * WINDOWS);
  exec.vu.metrics.tags.rate = String(rateAt(Math.min(index, WINDOWS - 1)));
  send();
}

/**
 * knee: the rate at which the first of two windows in a row begins whose requests, by when they were sent, had
 * a p99 over the objective. Left out where there are no such windows: it is above the highest rate.
 */
export const handleSummary = summaryWith((read): Figures => {
  const broken = windows.map((index) => read(latencyIn(index), 'p(99)') > objective);
  const knee = windows.find((index) => broken[index] && (broken[index + 1] ?? true));
  return {
    ...(knee !== undefined && { knee: { value: rateAt(knee), unit: 'requests/s' } }),
    'highest rate': { value: highest, unit: 'requests/s' },
  };
});
