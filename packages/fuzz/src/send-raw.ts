import { connect } from 'node:net';

/** How long to wait for a first answer, and for one more, before the end of the request is announced, in ms. */
const QUIET = 100;
/** How long a server may then take to close the connection, in ms. */
const LIMIT = 5000;

/** What came back over a connection. */
export interface Received {
  bytes: Buffer;
  /** Whether the server closed it, once nothing more could come from here. */
  closed: boolean;
}

/**
 * Sends bytes, and reads all that comes back. The connection's own half is closed when nothing comes any
 * more: a server that waits for the rest then knows that there is none.
 */
export function sendRaw(url: URL, bytes: Buffer): Promise<Received> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({
      host: url.hostname,
      port: Number(url.port),
      allowHalfOpen: true,
      noDelay: true,
    });
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ bytes: Buffer.concat(received), closed });
    };
    const waitForMore = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        socket.end();
        timer = setTimeout(() => finish(false), LIMIT);
      }, ms);
    };
    socket.on('connect', () => {
      connected = true;
      socket.write(bytes);
      waitForMore(QUIET);
    });
    socket.on('data', (data: Buffer) => {
      received.push(data);
      if (!socket.writableEnded) waitForMore(QUIET / 4);
    });
    socket.on('error', (error) => (connected ? finish(true) : reject(error)));
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
  });
}
