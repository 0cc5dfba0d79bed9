import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { get, postJson } from '@heptathlon/conformance/tools';

/** How a connection ended. */
export interface Ended {
  /** From its opening, in ms. */
  after: number;
  /** What the server had sent. */
  received: Buffer;
}

/** A client that does not do what a client should. */
export interface HostileClient {
  socket: Socket;
  /** Settles when the connection has ended, whoever ended it. */
  ended: Promise<Ended>;
  close(): void;
}

/** What a client does on its connection. */
export type Behaviour = (socket: Socket) => void;

/** Sends a byte each `interval` ms, for ever: those of `bytes`, then fillers. */
function dribble(socket: Socket, bytes: string, interval: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes[at++] ?? 'x'), interval);
  socket.on('close', () => clearInterval(timer));
}

const HEAD = 'GET /plaintext HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const BODY_HEAD =
  'POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n';

/** Sends headers byte by byte, and never comes to their end. */
export const slowHeaders =
  (interval = 50): Behaviour =>
  (socket) =>
    dribble(socket, HEAD, interval);

/** Sends a body byte by byte, and never comes to its end. */
export const slowBody =
  (interval = 50): Behaviour =>
  (socket) => {
    socket.write(BODY_HEAD);
    dribble(socket, '"', interval);
  };

/** Falls silent in the middle of the headers. */
export const stalledHeaders: Behaviour = (socket) => void socket.write(HEAD);

/** Falls silent in the middle of a body. */
export const stalledBody: Behaviour = (socket) => void socket.write(`${BODY_HEAD}"x`);

/** Sends nothing at all. */
export const silent: Behaviour = () => {};

/** Has one answer, and keeps the connection. */
export const idle: Behaviour = (socket) => void socket.write(get('/plaintext').bytes);

/** Is gone in the middle of a body. */
export const vanishing: Behaviour = (socket) => {
  socket.write(postJson('{"a":1}').bytes.subarray(0, -3), () => socket.resetAndDestroy());
};

/** Asks, and is gone before the answer. */
export const impatient =
  (path = '/queries?count=20'): Behaviour =>
  (socket) =>
    void socket.write(get(path).bytes, () => socket.resetAndDestroy());

/** Asks again and again, and never reads an answer; of 6 MB or so no system takes more for it. */
export const neverReads =
  (times = 100): Behaviour =>
  (socket) => {
    socket.pause();
    const { bytes } = postJson(`["${'x'.repeat(60_000)}"]`);
    for (let sent = 0; sent < times; sent++) socket.write(bytes);
  };

/** @throws {Error} where the server does not accept the connection */
export async function openClient(url: string, behave: Behaviour): Promise<HostileClient> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const openedAt = performance.now();
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  // How it ends is what `ended` tells.
  socket.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    socket.on('close', () =>
      resolve({ after: performance.now() - openedAt, received: Buffer.concat(parts) }),
    );
  });
  behave(socket);
  return { socket, ended, close: () => socket.destroy() };
}

/** As many connections may wait for a server to accept them. */
const BACKLOG = 100;

/** Opens many of them. */
export async function openClients(
  url: string,
  count: number,
  behave: Behaviour,
): Promise<HostileClient[]> {
  const clients: HostileClient[] = [];
  while (clients.length < count) {
    const next = Array.from({ length: Math.min(BACKLOG, count - clients.length) }, () =>
      openClient(url, behave),
    );
    clients.push(...(await Promise.all(next)));
  }
  return clients;
}
