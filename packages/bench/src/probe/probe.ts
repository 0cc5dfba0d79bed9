import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { type Command, PORT_VARIABLE, type ProbeFigures } from './figures.js';

/** Compiled: a server runs it, on whatever Node it has. */
const agent = new URL('../../dist/probe/agent.js', import.meta.url).href;

/** How long a process may take to answer, in ms: it cannot while it blocks its event loop. */
const ANSWER_TIMEOUT = 10_000;

/** Looks into the Node processes that are started with its environment, and into those that they start. */
export interface Probe {
  /** For `startTarget`. */
  env: Record<string, string>;
  /** Begins to record anew, in all of them. */
  reset(): Promise<void>;
  /**
   * What each of them did since; one that has ended is left out.
   *
   * @throws {Error} where one does not answer
   */
  read(): Promise<ProbeFigures[]>;
  /** Lets go of them. */
  close(): Promise<void>;
}

/** Starts to listen for processes. What they are asked costs them time: it is for diagnosis. */
export async function startProbe(): Promise<Probe> {
  const peers = new Map<Socket, Interface>();
  const server = createServer((socket) => {
    // It has ended.
    socket.on('error', () => {});
    peers.set(socket, createInterface({ input: socket }));
    socket.on('close', () => peers.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const askAll = (command: Command) =>
    Promise.all([...peers].map(([socket, lines]) => ask(socket, lines, command)));
  return {
    env: { NODE_OPTIONS: `--import=${agent}`, [PORT_VARIABLE]: String(port) },
    reset: async () => void (await askAll('reset')),
    async read() {
      const lines = await askAll('read');
      return lines.flatMap((line) =>
        line === undefined ? [] : (JSON.parse(line) as ProbeFigures),
      );
    },
    async close() {
      for (const socket of peers.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A process's answer; undefined where it has ended. */
function ask(socket: Socket, lines: Interface, command: Command): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      lines.off('line', onLine).off('close', onClose);
      act();
    };
    const onLine = (line: string) => settle(() => resolve(line));
    const onClose = () => settle(() => resolve(undefined));
    const timer = setTimeout(
      () => settle(() => reject(new Error('a process of the server does not answer the probe'))),
      ANSWER_TIMEOUT,
    );
    lines.on('line', onLine).on('close', onClose);
    socket.write(`${command}\n`);
  });
}
