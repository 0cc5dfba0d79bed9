import { type Dispatcher, type Pool, RoundRobinPool } from 'undici';
import { now } from '../clock.js';
import type { Odd } from './messages.js';
import type { Asked } from './requests.js';

/** How long an answer may take, in ms. */
const PATIENCE = 10_000;

/** How long a connection may be idle, in ms: less than servers allow. */
const IDLE = 50_000;

/** Connections to a server at the most: more requests at once wait for one of them. */
export const CONNECTIONS = 32;

export function openPool(url: string): Pool {
  // In turn, so that none is idle for long and closed: how many there are shall not depend on what goes on.
  return new RoundRobinPool(url, {
    ...{ connections: CONNECTIONS, pipelining: 1 },
    ...{ headersTimeout: PATIENCE, bodyTimeout: PATIENCE, connectTimeout: PATIENCE },
    keepAliveTimeout: IDLE,
  });
}

/**
 * Sends a request.
 *
 * @param done is told what was wrong with the answer, or nothing; once
 */
export function send(pool: Pool, asked: Asked, done: (odd?: Odd) => void): void {
  const from = now();
  const { event, method, path, headers, body, isRight } = asked;
  let sentAt = from;
  let status = 0;
  let isProblem = false;
  const chunks: Buffer[] = [];
  const tell = (why: string, unavailable = false) => {
    const to = now();
    done({ event, from, to, took: to - sentAt, unavailable, why });
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {
      sentAt = now();
    },
    onResponseStart(_controller, code, found) {
      status = code;
      isProblem =
        found['retry-after'] === '1' &&
        String(found['content-type']).startsWith('application/problem+json');
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      const text = chunks.length === 1 ? String(chunks[0]) : String(Buffer.concat(chunks));
      if (status === 200 && isRight(text)) done();
      else if (status !== 200) tell(`status ${status}`, status === 503 && isProblem);
      else tell(`another body: ${text.slice(0, 80)}`);
    },
    onResponseError(_controller, error) {
      tell(`no answer: ${'code' in error ? error.code : error.message}`);
    },
  };
  pool.dispatch({ method, path, headers, body }, handler);
}
