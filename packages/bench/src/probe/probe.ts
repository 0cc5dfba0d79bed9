import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Target } from '@heptathlon/targets';
import { type Command, PORT_VARIABLE, type ProbeFigures } from './figures.js';
import { startFlags, v8Flags } from './flags.js';
import type { Vitals } from './vitals.js';

/** Compiled: a server runs it, on whatever Node it has. */
const agent = new URL('../../dist/probe/agent.js', import.meta.url);

/** And this, on Node, before it is asked for its vitals. */
const setFlags = new URL('../../dist/probe/set-flags.js', import.meta.url);

/** What Bun and Deno are told before the server's own file. */
const preloads: Record<string, string[]> = {
  Bun: ['--preload', fileURLToPath(agent)],
  Deno: [
    `--v8-flags=${['--expose-gc', ...startFlags, ...v8Flags]}`,
    `--preload=${fileURLToPath(agent)}`,
  ],
};

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
  /**
   * Has a target start with what looks into it, whichever of Node, Bun and Deno it runs on: beside `env`, `vitals` alone.
   */
  into(target: Target): Target;
  /**
   * How each of them is, after all its garbage was collected.
   *
   * @throws {Error} where one does not answer
   */
  vitals(): Promise<Vitals[]>;
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
  async function readAll<Answer>(command: Command): Promise<Answer[]> {
    const lines = await askAll(command);
    return lines.flatMap((line) => (line === undefined ? [] : (JSON.parse(line) as Answer)));
  }
  const NODE_OPTIONS = `--import=${agent.href}`;
  const variables = { [PORT_VARIABLE]: String(port) };
  return {
    env: { NODE_OPTIONS, ...variables },
    into(target) {
      const [runtime = ''] = (target.runtime ?? '').split(' ');
      const preload = preloads[runtime];
      if (preload) {
        const command = target.command.toSpliced(-1, 0, ...preload);
        return { ...target, command, env: { ...target.env, ...variables } };
      }
      const options = `${startFlags.join(' ')} --import=${setFlags.href} ${NODE_OPTIONS}`;
      return { ...target, env: { ...target.env, ...variables, NODE_OPTIONS: options } };
    },
    reset: async () => void (await askAll('reset')),
    read: () => readAll<ProbeFigures>('read'),
    vitals: () => readAll<Vitals>('vitals'),
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
