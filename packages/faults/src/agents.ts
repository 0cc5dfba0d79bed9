import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Target } from '@heptathlon/targets';
import type { Command } from './command.js';

/** Compiled: a server runs it, on whatever runtime it has. */
const agent = new URL('../dist/agent.js', import.meta.url);

/** How long a process may take to do what it is told, in ms. */
const ANSWER_TIMEOUT = 10_000;

/** Agents in the processes of a target, its workers included. */
export interface Agents {
  /** The target with an agent in it, for `startTarget`. */
  target: Target;
  /**
   * Has each of its processes do something.
   *
   * @returns when they have
   * @throws {Error} where there is none, or one does not answer
   */
  tell(command: Command): Promise<void>;
  /** Lets go of them. */
  close(): Promise<void>;
}

/** Listens for the agents of a target that is to be started. */
export async function startAgents(target: Target): Promise<Agents> {
  const peers = new Map<Socket, Interface>();
  const server = createServer((socket) => {
    // It has ended.
    socket.on('error', () => {});
    socket.on('close', () => peers.delete(socket));
    peers.set(socket, createInterface({ input: socket }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: {
      ...target,
      command: preload(target.command),
      env: { ...target.env, FAULT_AGENT_PORT: String(port) },
    },
    async tell(command) {
      if (peers.size === 0) throw new Error(`${target.name} has no agent`);
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT);
      await Promise.all(
        [...peers].map(async ([socket, lines]) => {
          const answered = once(lines, 'line', { signal });
          socket.write(`${command}\n`);
          await answered;
        }),
      );
    },
    async close() {
      for (const socket of peers.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The last argument is the server: Deno's come after its `run`. */
function preload(command: string[]): string[] {
  const [program = ''] = command;
  // Node has --import alone, which takes a URL; Bun and Deno document this one, and Bun takes no URL with a space.
  const isOther = /\b(bun|deno)/.test(program.split('/').at(-1) ?? '');
  const how = isOther ? ['--preload', fileURLToPath(agent)] : ['--import', agent.href];
  return [...command.slice(0, -1), ...how, ...command.slice(-1)];
}
