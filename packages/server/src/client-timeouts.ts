import type { ServerOptions } from 'node:http';
import type { Config } from './config.js';

/** How often Node looks for clients that are too slow, in ms, at the least; by default it is every 30 s. */
const CHECK_INTERVAL = 1000;

/**
 * How long clients may take, as options of Node's `http.createServer`. One that is slower gets a 408, and its connection
 * is closed.
 */
export function clientTimeouts({ headersTimeout, requestTimeout, keepAliveTimeout }: Config) {
  return {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL, headersTimeout / 10),
  } satisfies ServerOptions;
}
