import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
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

  private constructor(
    private readonly socket: Socket,
    private readonly patience: number,
  ) {
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

  /**
   * @param patience how long an answer may take, in ms
   * @throws {Error} where the server cannot be reached
   */
  static async open(url: URL, patience = TIMEOUT): Promise<Connection> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const secure = url.protocol === 'https:';
    const port = Number(url.port || (secure ? 443 : 80));
    const socket = secure
      ? connectTls({ host, port, ...(!isIP(host) && { servername: host }) })
      : connectPlain({ host, port });
    await once(socket, secure ? 'secureConnect' : 'connect');
    return new Connection(socket, patience);
  }

  /** Sends bytes; a server that has closed already is noticed by `read`. */
  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /**
   * Reads the next response.
   *
   * @param method the method of the request that it answers
   * @param timeout how long it may take, in ms
   * @throws {Error} where it does not come in time, or the connection ends before it is complete
   */
  async read(method = 'GET', timeout = this.patience): Promise<Response> {
    const deadline = Date.now() + timeout;
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
      await this.#change(deadline, timeout);
    }
  }

  /**
   * Reads an interim response (RFC 9110, section 15.2), which `read` passes over.
   *
   * @throws {Error} where another one comes, or none
   */
  async readInterim(): Promise<void> {
    const deadline = Date.now() + this.patience;
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end !== -1) {
        const line = this.#received.toString('latin1', 0, this.#received.indexOf('\r\n'));
        if (!/^HTTP\/1\.1 1\d\d/.test(line)) throw new Error(`not an interim response: ${line}`);
        this.#received = this.#received.subarray(end + 4);
        return;
      }
      if (this.#ended) throw new Error('the connection was closed before an interim response');
      await this.#change(deadline);
    }
  }

  /** Waits until the server has ended the connection. @throws {Error} where it does not in time */
  async ended(): Promise<void> {
    const deadline = Date.now() + this.patience;
    while (!this.#ended) await this.#change(deadline);
  }

  /** Sends nothing more, and still reads. */
  end(): void {
    this.socket.end();
  }

  /** Waits until what was written has left this process. */
  async flushed(): Promise<void> {
    while (this.socket.writableLength > 0 && !this.#ended) await sleep(1);
  }

  /** The bytes that were received and not read. */
  get unread(): Buffer {
    return this.#received;
  }

  close(): void {
    this.socket.destroy();
  }

  #change(deadline: number, timeout = this.patience): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`no answer within ${timeout / 1000} s`)),
        Math.max(1, deadline - Date.now()),
      );
      this.#wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}
