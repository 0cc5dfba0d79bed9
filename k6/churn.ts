// A new connection for every request, as from clients that do not keep theirs, and behind many a proxy: how many
// can the server take in a second? `VUS`, `DURATION` and `RATE` as for an event.
//
// Source: httperf (Mosberger and Jin, 1998), which opens connections at a rate and sends one request over each,
// unless it is told to send more; k6's option noConnectionReuse.

import { load } from './lib/load.ts';
import { figureStats, summaryWith } from './lib/summary.ts';
import { traffic } from './lib/traffic.ts';

const { thresholds, ...rest } = load('churn');

export const options = {
  ...rest,
  noConnectionReuse: true,
  summaryTrendStats: figureStats,
  // On a connection that is there already, connecting takes no time.
  thresholds: { ...thresholds, http_req_connecting: ['min>0'] },
};

export default traffic('json');

/** How many connections were opened and used in a second, and how long all but one in a hundred took to open. */
export const handleSummary = summaryWith((read) => ({
  connections: { value: read('http_reqs', 'rate'), unit: 'connections/s' },
  'p99 of connecting': { value: read('http_req_connecting', 'p(99)'), unit: 'ms' },
}));
