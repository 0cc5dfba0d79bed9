import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { Server } from '../src/servers.js';

/** What a server that is wrong sends to some bytes, in place of the answer; undefined where it is right. */
export type Bug = (bytes: string) => string | undefined;

/** A server that is right but for one bug. */
export interface Planted extends Server {
  close(): void;
}

/** Stands before a server that is right, byte for byte, and is wrong where it is told to be. */
export async function plant(right: URL, bug: Bug): Promise<Planted> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({
      host: right.hostname,
      port: Number(right.port),
      allowHalfOpen: true,
    });
    client.on('data', (data) => {
      const wrong = bug(data.toString('latin1'));
      if (wrong === undefined) upstream.write(data);
      else client.write(wrong);
    });
    client.on('end', () => upstream.end());
    upstream.on('data', (data) => client.write(data));
    upstream.on('end', () => client.end());
    for (const socket of [client, upstream]) {
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('close', () => upstream.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    name: 'planted',
    url: new URL(`http://127.0.0.1:${port}`),
    breaks: [],
    output: () => '',
    close: () => server.close(),
  };
}

/** The bytes of an answer. */
export const answer = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
