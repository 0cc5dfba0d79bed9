import { once } from 'node:events';
import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';

/** Below what systems give to connections and to whoever takes any port: Linux from 32768 on, others from 49152 (RFC 6335). */
const FIRST = 12_000;
const LAST = 31_999;

/** How many each process has before it meets those of the next. */
const BLOCK = 50;

const COUNT = LAST - FIRST + 1;
let taken = 0;

/**
 * A port of 127.0.0.1 that nobody listens on, and that nobody is likely to take before it is used: neither the system,
 * nor another process that asks here at the same time.
 *
 * @throws {Error} where there is none, or none can be asked for
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + (((process.pid + threadId) * BLOCK + taken++) % COUNT);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${LAST} of 127.0.0.1 is free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    // Somebody listens there, or none of us may.
    if (/^(EADDRINUSE|EACCES)$/.test((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
