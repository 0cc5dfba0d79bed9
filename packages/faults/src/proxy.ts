import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Toxics, Way } from './way.js';

export type { Toxics } from './way.js';

/** What a proxy does to connections as a whole. */
export interface ProxyToxics extends Toxics {
  /** Nobody listens: connections are refused, open ones are cut. */
  refuse?: boolean;
  /** Bytes of answer after which a connection is reset. */
  cutAfter?: number;
}

/** A TCP proxy on 127.0.0.1 that harms what goes through it. */
export interface FaultyProxy {
  port: number;
  /** The URL of what stands behind it, through it. */
  url(direct: string): string;
  /** Sets what it does from now on, to open connections too; `{}` is nothing. */
  set(toxics: ProxyToxics): Promise<void>;
  /** Ends all connections, on both sides: by a reset, or in order. */
  cut(how?: 'rst' | 'fin'): void;
  /** Connections that are open. */
  readonly connections: number;
  close(): Promise<void>;
}

/** Two ends of a connection. */
interface Pair {
  client: Socket;
  server: Socket;
}

/**
 * Starts a proxy on a free port.
 *
 * @param behind the URL, or the host and port, of the server that it stands before
 */
export async function startProxy(behind: string): Promise<FaultyProxy> {
  const upstream = new URL(behind);
  const target = { host: upstream.hostname, port: Number(upstream.port) };
  const pairs = new Set<Pair>();
  let toxics: ProxyToxics = {};

  const listener = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const server = connect({ ...target, noDelay: true, allowHalfOpen: true });
    const pair = { client, server };
    pairs.add(pair);
    new Way(client, server, () => toxics);
    new Way(server, client, () => toxics).onSent = (bytes) => {
      if (toxics.cutAfter !== undefined && bytes >= toxics.cutAfter) reset(pair);
    };
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // What one side does not stand, the other is told.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => pairs.delete(pair));
    }
  });

  async function listen(port: number): Promise<number> {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return (listener.address() as AddressInfo).port;
  }

  function cut(how: 'rst' | 'fin' = 'rst'): void {
    for (const pair of pairs) {
      if (how === 'rst') reset(pair);
      else for (const socket of [pair.client, pair.server]) socket.destroy();
    }
  }

  async function refuse(): Promise<void> {
    const closed = once(listener, 'close');
    listener.close();
    cut();
    await closed;
  }

  const port = await listen(0);
  return {
    port,
    url(direct) {
      const url = new URL(direct);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    async set(next) {
      toxics = next;
      if (next.refuse && listener.listening) await refuse();
      if (!next.refuse && !listener.listening) await listen(port);
    },
    cut,
    get connections() {
      return pairs.size;
    },
    async close() {
      if (listener.listening) await refuse();
    },
  };
}

function reset({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
