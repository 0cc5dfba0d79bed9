// Loads one event and prints what it saw, as JSON.
import autocannon from 'autocannon';
import type { Load } from '../result.js';
import { events } from './events.js';

const { event, url, duration, connections } = JSON.parse(process.argv[2] ?? '{}');
const { method, path, body, isRight } = events[event] ?? {};
if (!method || !path || !isRight) throw new Error(`there is no event "${event}"`);

let sent = 0;
let wrong = 0;
const result = await autocannon({
  url,
  duration,
  connections,
  requests: [
    {
      method,
      ...(body && { headers: { 'content-type': 'application/json' } }),
      // The context is the connection's: what it holds is the request that is answered next.
      setupRequest(request, context) {
        const number = sent++;
        Object.assign(context, { number });
        return { ...request, path: path(number), ...(body && { body: body(number) }) };
      },
      onResponse(status, text, context) {
        const { number } = context as { number: number };
        if (status !== 200 || !isRight(text, number)) wrong++;
      },
    },
  ],
});
const { latency } = result;
const load: Load = {
  requests: result.requests.total,
  seconds: result.duration,
  errors: wrong + result.errors + result.timeouts,
  latency: {
    p50: latency.p50,
    p90: latency.p90,
    p99: latency.p99,
    p999: latency.p99_9,
    max: latency.max,
  },
};
console.log(JSON.stringify(load));
