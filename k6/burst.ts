// A fifth of what the server can do, and three times of a sudden 500 % more: how long until nothing is left of
// it? `RATE` (1000 requests/s) is what the server can do, so a spike is 120 % of it: a server that works on as
// before needs a quarter of the spike's length for what has piled up.
//
// Source: Banga and Druschel, Measuring the Capacity of a Web Server, USITS 1997, whose bursts are six times the
// usual rate during 5 % of the time, above what the server can do; k6's documentation on spike testing.

import exec from 'k6/execution';
import { inTime, optionsOf, seconds, wholeNumber } from './lib/load.ts';
import { type Figures, figureStats, summaryWith } from './lib/summary.ts';
import { elapsed, traffic } from './lib/traffic.ts';

const send = traffic('mix');
const duration = seconds('60s');
const rate = wholeNumber('RATE', 1000);
const base = Math.max(1, Math.round(rate / 5));

/** A spike's length, in s: three are 5 % of the time. */
const spike = duration / 60;
/** The calm before the first spike; a spike and the calm after it take as long. In s. */
const cycle = duration / 4;

/** Where windows after a spike begin, in lengths of a spike: the later, the wider. */
const windows = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 10, 12].map((after) =>
  Number((after * spike).toPrecision(3)),
);

/** As many as wait where the server does 70 % of `RATE` and a spike ends, or stands still for 100 ms. */
const vus = wholeNumber('VUS', Math.max(32, Math.ceil(rate * (spike / 2 + 0.1))));

/** Which part of the load a request belongs to that is sent now: its window after a spike begins so many s after. */
function windowNow(): string {
  const now = elapsed();
  if (now < cycle / 3) return 'warm-up';
  if (now < cycle) return 'before';
  const after = (now % cycle) - spike;
  return after < 0 ? 'spike' : String(windows.findLast((begin) => begin <= after));
}

const latencyIn = (window: string | number) => `http_req_duration{window:${window}}`;
const ms = (seconds: number) => `${Math.round(seconds * 1000)}ms`;

export const options = {
  ...optionsOf(
    'burst',
    {
      executor: 'ramping-arrival-rate',
      startRate: base,
      preAllocatedVUs: vus,
      stages: [
        { target: base, duration: ms(cycle) },
        ...[1, 2, 3].flatMap(() => [
          { target: base * 6, duration: '0s' },
          { target: base * 6, duration: ms(spike) },
          { target: base, duration: '0s' },
          { target: base, duration: ms(cycle - spike) },
        ]),
      ],
    },
    {
      dropped_iterations: ['count==0'],
      [latencyIn('before')]: inTime,
      [latencyIn('spike')]: [],
      ...Object.fromEntries(windows.map((begin) => [latencyIn(begin), []])),
      [latencyIn(windows.at(-1) ?? 0)]: inTime,
    },
  ),
  summaryTrendStats: figureStats,
};

export default function burst() {
  exec.vu.metrics.tags.window = windowNow();
  send();
}

/**
 * recovery: from the end of a spike to the first of two windows in a row in each of which half of the
 * requests, by when they were sent, took no longer than all but 5 % took before the first spike; the three
 * spikes are taken together. Left out where there are no such windows.
 */
export const handleSummary = summaryWith((read): Figures => {
  const limit = read(latencyIn('before'), 'p(95)');
  const calm = windows.map(
    (begin) => read(latencyIn(begin), 'count') > 0 && read(latencyIn(begin), 'p(50)') <= limit,
  );
  const recovery = windows.find((_, index) => calm[index] && (calm[index + 1] ?? true));
  return {
    ...(recovery !== undefined && { recovery: { value: recovery, unit: 's' } }),
    'p99 before': { value: read(latencyIn('before'), 'p(99)'), unit: 'ms' },
    'p99 in the spike': { value: read(latencyIn('spike'), 'p(99)'), unit: 'ms' },
  };
});
