// Loads one event and prints what it saw, as JSON.
import autocannon from 'autocannon';
import type { Load } from '../result.js';
import { events } from './events.js';

const { event, url, duration, connections } = JSON.parse(process.argv[2] ?? '{}');
const { method, path, body, isRight } = events[event] ?? {};
if (!method || !path || !isRight) throw new Error(`there is no event "${event}"`);

let sent = 0;
let wrong = 0;
/** When each request was sent that has no answer yet, in ms. */
const waiting = new Map<number, number>();
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
        waiting.set(number, performance.now());
        Object.assign(context, { number });
        return { ...request, path: path(number), ...(body && { body: body(number) }) };
      },
      onResponse(status, text, context) {
        const { number } = context as { number: number };
        waiting.delete(number);
        if (status !== 200 || !isRight(text, number)) wrong++;
      },
    },
  ],
});
const { latency } = result;
// autocannon counts neither requests whose connection the server ended nor, in runs shorter than its
// timeout, those that hang. One request a connection is under way when the time is up: that is no fault.
const endedAt = performance.now();
const hung = [...waiting.values()].filter((at) => endedAt - at > (duration * 1000) / 2).length;
const unanswered = Math.max(waiting.size - connections, hung);
const load: Load = {
  requests: result.requests.total,
  seconds: result.duration,
  errors: wrong + Math.max(result.errors, unanswered),
  latency: {
    p50: latency.p50,
    p90: latency.p90,
    p99: latency.p99,
    p999: latency.p99_9,
    max: latency.max,
  },
};
console.log(JSON.stringify(load));
