// Runs autocannon as it is told by the runner: one load after the other, in a process of its own.
import type { EventEmitter } from 'node:events';
import autocannon from 'autocannon';
import { events, VARIETY } from './events.js';
import type { Command, End, Message } from './messages.js';
import { type Heads, RepeatParser } from './repeat-parser.js';
import { Ticks } from './ticks.js';

/** How often is counted, in ms. */
const TICK = 20;

/**
 * A connection that waits for its answer so long, in ms, and half of the load, hangs. In a load that is
 * shorter nobody can tell: busy servers let some connections wait for 200 ms.
 */
const PATIENCE = 500;

/** A connection of autocannon. */
interface Connection extends autocannon.Client {
  /** Its own copy of the options: `verifyBody` is given each body, once the next request is sent. */
  opts: { verifyBody?: (body: string) => boolean };
  parser: RepeatParser;
  /** When its last answer came, in ms. */
  answeredAt?: number;
}

const tell = (message: Message) => process.send?.(message);
let instance: autocannon.Instance | undefined;
let answered = 0;
// They are kept here until they are asked for: to tell each would take the runner 0.2 ms of CPU time.
const ticks = new Ticks();

process.on('message', (command: Command) => {
  if ('stop' in command) instance?.stop();
  else if ('count' in command) {
    tick();
    tell({ count: ticks.at(command.count.at) });
  } else start(command.load);
});
// The runner has gone: nobody is left to load for.
process.on('disconnect', () => process.exit());
tell({ ready: true });

function start({ event, url, connections }: Extract<Command, { load: unknown }>['load']): void {
  const found = events[event];
  if (!found) return void tell({ failed: `there is no event "${event}"` });
  const { method, path, body, check } = found;
  let wrong = 0;
  answered = 0;
  const startedAt = performance.now();
  // A clock that is read at every answer would cost more than the rest of what is done there.
  let now = startedAt;
  const all: Connection[] = [];
  const requests = Array.from({ length: VARIETY }, (_, number) => ({
    method,
    path: path(number),
    ...(body && { headers: { 'content-type': 'application/json' }, body: body(number) }),
  }));
  const checks = requests.map((_, number) => check(number));
  const heads: Heads = new Map();
  // Not by `onResponse` of a request: for that, autocannon makes an object of the headers of every answer.
  const setupClient = (client: autocannon.Client) => {
    const connection: Connection & EventEmitter = client as Connection;
    connection.parser = new RepeatParser(heads);
    let sent = 0;
    let answering = 0;
    connection.on('request', () => sent++);
    connection.on('response', (status: number) => {
      answered++;
      connection.answeredAt = now;
      answering = (sent - 1) % VARIETY;
      if (status !== 200) wrong++;
    });
    connection.opts.verifyBody = (text) => {
      if (!checks[answering]?.(text)) wrong++;
      return true;
    };
    all.push(connection);
  };
  const ticker = setInterval(() => {
    now = performance.now();
    tick();
  }, TICK);
  const options = {
    url,
    connections,
    requests,
    // It is stopped, by looking every so often (in ms) whether it shall.
    duration: 1e6,
    sampleInt: 20,
    setupClient,
  };
  instance = autocannon(options, (error, result) => {
    clearInterval(ticker);
    if (error) return void tell({ failed: error.message });
    const endedAt = performance.now();
    // What autocannon counts as no error: requests whose connection the server closed, and those that
    // hang. One request a connection is under way when the time is up: that is no fault.
    const { sent, total } = result.requests as typeof result.requests & { sent: number };
    const patience = Math.max((endedAt - startedAt) / 2, PATIENCE);
    const answeredBefore = endedAt - patience;
    const hung = all.filter(({ answeredAt = startedAt }) => answeredAt < answeredBefore).length;
    const { latency } = result;
    const end: End = {
      requests: total,
      errors: wrong + Math.max(result.errors, sent - total - connections, hung),
      latency: {
        p50: latency.p50,
        p90: latency.p90,
        p99: latency.p99,
        p999: latency.p99_9,
        max: latency.max,
      },
    };
    tell({ end });
  });
}

function tick(): void {
  ticks.add({
    at: Number(process.hrtime.bigint()) / 1e6,
    requests: answered,
    cpu: process.cpuUsage(),
  });
}
