import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';

/** How long a server may take to stop, in ms, whatever its clients and its database do. */
export const STOP_TIMEOUT = 10_000;

/** How long requests in flight may take to finish, in ms; what is left is for the database's connections. */
export const DRAIN_TIMEOUT = 8000;

/** How long a kept-alive connection may stay silent before it counts as idle, in ms. */
export const IDLE_GRACE = 1000;

/**
 * Stops accepting connections and lets the requests on open ones finish: each connection ends with its
 * next answer (`Connection: close`, RFC 9112, section 9.6). Node's own `server.close()` cuts kept-alive
 * connections off between two requests at once, and loses those that are under way to it.
 *
 * @returns when all connections have ended, 8 s later at the most
 */
export function drain(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  return new Promise((resolve) => {
    let sweep: NodeJS.Timeout | undefined;
    const grace = setTimeout(() => {
      sweep = setInterval(() => server.closeIdleConnections(), 50);
    }, IDLE_GRACE);
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
    NetServer.prototype.close.call(server, () => {
      clearTimeout(grace);
      clearTimeout(force);
      clearInterval(sweep);
      resolve();
    });
  });
}
