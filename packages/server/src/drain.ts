import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to stop, in ms, whatever its clients and its database do. */
export const STOP_TIMEOUT = 10_000;

/** How long requests in flight may take to finish, in ms; what is left is for the database's connections. */
export const DRAIN_TIMEOUT = 8000;

/** How long a kept-alive connection may stay silent before it counts as idle, in ms. */
export const IDLE_GRACE = 1000;

/**
 * Stops a server and loses no request: for a second, each connection ends with its next answer (`Connection: close`,
 * RFC 9112, section 9.6), and only then the server is closed. `server.close()` alone cuts kept-alive connections off
 * between two requests, and loses those that are under way to it.
 *
 * @param close closes the server and waits for what is in flight: Node's own `server.close`, unless a framework has one
 * @returns when all connections have ended, 8 s later at the most
 */
export async function drain(server: Server, close = () => closeServer(server)): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT);
  await sleep(IDLE_GRACE);
  // A connection whose request came before all this was not told, and is idle after its answer.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await close();
  clearInterval(sweep);
  clearTimeout(force);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
