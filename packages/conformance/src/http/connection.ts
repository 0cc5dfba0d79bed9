import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Response, takeResponse } from './response.js';

/** How long an answer may take, in ms. */
const TIMEOUT = 10_000;

/** A connection that sends the very bytes that it is told to, and reads the responses to them. */
export class Connection {
  #received = Buffer.alloc(0);
  #ended = false;
  #failure: Error | undefined;
  #wake = () => {};

  private constructor(private readonly socket: Socket) {
    const wake = (change: () => void) => {
      change();
      this.#wake();
    };
    socket.setNoDelay();
    socket.on('data', (data: Buffer<ArrayBuffer>) =>
      wake(() => {
        this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, data]) : data;
      }),
    );
    socket.on('error', (error) => wake(() => (this.#failure = error)));
    socket.on('close', () => wake(() => (this.#ended = true)));
  }

  /** @throws {Error} where the server cannot be reached */
  static async open(url: URL): Promise<Connection> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const secure = url.protocol === 'https:';
    const port = Number(url.port || (secure ? 443 : 80));
    const socket = secure
      ? connectTls({ host, port, ...(!isIP(host) && { servername: host }) })
      : connectPlain({ host, port });
    await once(socket, secure ? 'secureConnect' : 'connect');
    return new Connection(socket);
  }

  /** Sends bytes; a server that has closed already is noticed by `read`. */
  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /**
   * Reads the next response.
   *
   * @param method the method of the request that it answers
   * @throws {Error} where it does not come within 10 s, or the connection ends before it is complete
   */
  async read(method = 'GET'): Promise<Response> {
    const deadline = Date.now() + TIMEOUT;
    for (;;) {
      const taken = takeResponse(this.#received, method, this.#ended);
      if (taken) {
        this.#received = this.#received.subarray(taken.length);
        return taken.response;
      }
      if (this.#ended) {
        const how = this.#failure ? this.#failure.message : 'the connection was closed';
        throw new Error(`${how} before the answer was complete`);
      }
      await this.#change(deadline);
    }
  }

  /** The bytes that were received and not read. */
  get unread(): Buffer {
    return this.#received;
  }

  close(): void {
    this.socket.destroy();
  }

  #change(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`no answer within ${TIMEOUT / 1000} s`)),
        deadline - Date.now(),
      );
      this.#wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}
