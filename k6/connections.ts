// From 1 to `VUS` connections (1000), step by step: on each, one request follows the other. How much does the server
// do with so many, and how long does each wait?
//
// Source: TechEmpower's benchmarks load with 16, 32, 64, 128, 256 and 512 connections (toolset/run-tests.py);
// doo-benchmark with 900 (its README).

import exec from 'k6/execution';
import { inTime, optionsOf, seconds, wholeNumber } from './lib/load.ts';
import { figureStats, summaryWith } from './lib/summary.ts';
import { elapsed, traffic } from './lib/traffic.ts';

const send = traffic('json');
const most = wholeNumber('VUS', 1000);
const steps = [...[1, 16, 64, 256, 512, 900].filter((count) => count < most), most];

/** How long a step is, in s. */
const length = seconds('70s') / steps.length;
const duration = `${Math.round(length * 1000)}ms`;

/** The share of a step that is not counted: connections are being opened. */
const OPENING = 0.2;

const latencyAt = (connections: number) => `http_req_duration{connections:${connections}}`;

export const options = {
  ...optionsOf(
    'connections',
    {
      executor: 'ramping-vus',
      startVUs: 1,
      stages: steps.flatMap((target) => [
        { target, duration: '0s' },
        { target, duration },
      ]),
    },
    Object.fromEntries(steps.map((connections) => [latencyAt(connections), inTime])),
  ),
  summaryTrendStats: figureStats,
};

export default function connections() {
  const step = elapsed() / length;
  const open = step % 1 < OPENING ? 'opening' : (steps[Math.floor(step)] ?? most);
  exec.vu.metrics.tags.connections = open;
  send();
}

/**
 * Of the requests that were sent in a step, its first fifth aside: how many a second, and how long all but one
 * in a hundred took.
 */
export const handleSummary = summaryWith((read) =>
  Object.fromEntries(
    steps.flatMap((connections) => {
      const value = read(latencyAt(connections), 'count') / (length * (1 - OPENING));
      const p99 = read(latencyAt(connections), 'p(99)');
      return [
        [`capacity at ${connections}`, { value, unit: 'requests/s' }],
        [`p99 at ${connections}`, { value: p99, unit: 'ms' }],
      ];
    }),
  ),
);
