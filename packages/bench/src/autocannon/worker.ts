// Runs autocannon as it is told by the runner: one load after the other, in a process of its own.
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import autocannon from 'autocannon';
import { HTTPParser } from 'http-parser-js';
import { Failures } from '../failures.js';
import { events, VARIETY } from './events.js';
import type { Command, End, Message } from './messages.js';
import { type Heads, RepeatParser } from './repeat-parser.js';
import { Ticks } from './ticks.js';

/** How often is counted, in ms. */
const TICK = 20;

/** How long autocannon waits for an answer, in s, as k6 does: a late answer is no wrong one. */
const PATIENCE = 10;

/** A connection of autocannon, and what of it is changed here. */
interface Connection extends autocannon.Client {
  /** Its own copy of the options: `verifyBody` is given each body, once the next request is sent. */
  opts: { verifyBody?: (body: string) => boolean };
  parser: RepeatParser;
  conn?: Socket;
  /** Sends the next request. */
  _doRequest(): void;
  /** Opens it: at first, and after an end, an error or a timeout. */
  _connect(): void;
  /** Closes it and opens another. */
  _resetConnection(): void;
}

const tell = (message: Message) => process.send?.(message);
let running: { count(at: number): void; stop(): void } | undefined;

process.on('message', (command: Command) => {
  if ('stop' in command) running?.stop();
  else if ('count' in command) running?.count(command.count.at);
  else start(command.load);
});
// The runner has gone: nobody is left to load for.
process.on('disconnect', () => process.exit());
tell({ ready: true });

function start({ event, url, connections }: Extract<Command, { load: unknown }>['load']): void {
  const found = events[event];
  if (!found) return void tell({ failed: `there is no event "${event}"` });
  const { method, path, body, check } = found;
  let answered = 0;
  const failures = new Failures(PATIENCE);
  const requests = Array.from({ length: VARIETY }, (_, number) => ({
    method,
    path: path(number),
    ...(body && { headers: { 'content-type': 'application/json' }, body: body(number) }),
  }));
  const checks = requests.map((_, number) => check(number));
  const heads: Heads = new Map();
  let instance: autocannon.Instance;
  let isStopping = false;
  let waiting = 0;
  const stopWhenAnswered = () => {
    if (isStopping && waiting === 0) instance.stop();
  };
  // Not by `onResponse` of a request: for that, autocannon makes an object of the headers of every answer.
  const setupClient = (client: autocannon.Client) => {
    const connection: Connection & EventEmitter = client as Connection;
    let sent = 0;
    let answering = 0;
    let status = 0;
    let isWaiting = false;
    let keepsOpen = true;
    const settle = () => {
      if (!isWaiting) return false;
      isWaiting = false;
      waiting--;
      return true;
    };
    const fail = (kind: Parameters<Failures['add']>[0], detail?: string) => {
      if (!settle()) return;
      failures.add(kind, detail);
      stopWhenAnswered();
    };
    const parser = new RepeatParser(heads, () => {
      fail('malformed');
      connection._resetConnection();
    });
    connection.parser = parser;
    connection.on('request', () => {
      sent++;
      waiting++;
      isWaiting = true;
    });
    connection.on('headers', (info: { shouldKeepAlive: boolean }) => {
      keepsOpen = info.shouldKeepAlive;
    });
    connection.on('response', (code: number) => {
      answered++;
      status = code;
      answering = (sent - 1) % VARIETY;
      settle();
    });
    connection.opts.verifyBody = (text) => {
      const isRight = checks[answering]?.(text);
      if (status !== 200) failures.add('wrong', `status ${status}`);
      else if (!isRight) failures.add('wrong', 'status 200, but another body');
      return true;
    };
    connection.on('connError', ({ code, message }: NodeJS.ErrnoException) =>
      fail('reset', code ?? message),
    );
    const { _doRequest: send, _connect: connect } = connection;
    connection._doRequest = () => {
      // Once the time is up, what is under way is waited for: it may be late, and is no failure.
      if (isStopping) stopWhenAnswered();
      // The server has said that it closes the connection after this answer, as it may: the next takes another.
      else if (keepsOpen) send.call(connection);
      else connection._resetConnection();
    };
    connection._connect = () => {
      const hasEnded = connection.conn?.readableEnded === true;
      // Such an answer is as long as its connection.
      if (isWaiting && hasEnded && parser.state === 'BODY_RAW') return void parser.finish();
      // An end with a request under way: otherwise autocannon has waited for too long.
      fail(hasEnded ? 'closed' : 'late');
      keepsOpen = true;
      parser.reinitialize(HTTPParser.RESPONSE);
      connect.call(connection);
    };
  };
  // They are kept here until they are asked for: to tell each would take the runner 0.2 ms of CPU time.
  const ticks = new Ticks();
  const tick = () => {
    ticks.add({
      at: Number(process.hrtime.bigint()) / 1e6,
      requests: answered,
      cpu: process.cpuUsage(),
    });
  };
  tick();
  const ticker = setInterval(tick, TICK);
  running = {
    count(at) {
      tick();
      try {
        tell({ count: ticks.at(at) });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        tell({ unknown: error.message });
      }
    },
    stop() {
      isStopping = true;
      stopWhenAnswered();
    },
  };
  const options = {
    url,
    connections,
    requests,
    timeout: PATIENCE,
    // It is stopped, by looking every so often (in ms) whether it shall.
    duration: 1e6,
    sampleInt: 20,
    setupClient,
  };
  instance = autocannon(options, (error, result) => {
    clearInterval(ticker);
    if (error) return void tell({ failed: error.message });
    const { latency } = result;
    const end: End = {
      requests: answered,
      errors: failures.count,
      seen: failures.seen,
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
