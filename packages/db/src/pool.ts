import { Socket } from 'node:net';
import { setInterval } from 'node:timers';
import type { Options, Sql } from 'postgres';
import { connect } from './connect.js';
import type { Turns } from './turns.js';

/** Connections of the driver's. */
export interface Pool {
  client: Sql;
  /** To be told when a query has ended, well or not. */
  settle(): void;
  /** Opens no connection any more, lets queries in flight finish for as many seconds at most, and closes all. */
  end(seconds: number): Promise<void>;
}

/** How many connections, and when one is given up. */
export interface PoolOptions {
  size: number;
  /** How long a reader may wait, in ms. */
  patience: number;
  /** Those who read. */
  turns: Turns;
}

/** What the driver tells of where to connect to. */
interface Place {
  path: string | false;
  host: [string];
  port: [number];
}

/** How often it is looked in that time. Looks are counted, and not time: a process may be halted. */
const LOOKS = 20;

/** In how many of them, one after the other, a connection may say nothing while somebody is late. */
const SILENT = 5;

/**
 * Opens a pool; nothing is sent before the first query. A connection on which nothing comes back is ended, which the
 * driver does not do: queries on it fail with CONNECTION_CLOSED.
 *
 * @param url as `connect` takes it
 * @param driver the driver's options
 * @throws {DatabaseUrlError}
 */
export function openPool(
  url: string,
  { size, patience, turns }: PoolOptions,
  // biome-ignore lint/complexity/noBannedTypes: the driver's own word for no types of the user's
  driver: Options<{}>,
): Pool {
  let opened = 0;
  let state: 'open' | 'ending' | 'ended' = 'open';

  function openSocket({ path, host: [host], port: [port] }: Place): Socket {
    // One that is closed while it is opened, the driver opens again at once, and without end.
    if (state !== 'open' || ++opened > size) {
      throw Object.assign(new Error('the database closes connections'), { code: 'ECONNRESET' });
    }
    // The driver asks it for the name that a certificate has to have.
    const socket = Object.assign(new Socket(), { host });
    setImmediate(() => {
      // By now the driver listens to its errors; or it has written too early, which closed the socket, and does no more.
      if (socket.destroyed) return;
      if (path) socket.connect(path);
      else socket.connect(port, host);
    });
    let [read, silent] = [0, 0];
    const watch = setInterval(() => {
      silent = turns.reading > 0 && socket.bytesRead === read ? silent + 1 : 0;
      read = socket.bytesRead;
      // Without an error: after one, the driver's next query may wait for ever.
      if (state === 'ended' || (silent >= SILENT && turns.late > 0)) socket.destroy();
      if (socket.destroyed) clearInterval(watch);
    }, patience / LOOKS);
    watch.unref();
    return socket;
  }

  const options = { ...driver, max: size, socket: openSocket };
  const client = connect(url, options);
  return {
    client,
    settle() {
      opened = 0;
    },
    async end(seconds) {
      state = 'ending';
      await client.end({ timeout: seconds });
      state = 'ended';
    },
  };
}
