// Runs inside a server, loaded ahead of it: what it is told to do goes wrong there, for real.
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Command } from './command.js';

/** The server's own instance, by its file: Deno looks names up for the server alone. */
const templates = new URL('../../templates/dist/index.js', import.meta.url).href;
const { eta }: typeof import('@heptathlon/templates') = await import(templates);

/** Where `startAgents` listens. */
const port = Number(process.env.FAULT_AGENT_PORT);
if (port) await attach(connect(port, '127.0.0.1'));

async function attach(socket: Socket): Promise<void> {
  // The test has ended: the server goes on without it.
  socket.on('error', () => {});
  await once(socket, 'connect');
  // The server ends when it wants to; and Deno starts it when nothing of what was loaded ahead is left to wait for.
  socket.unref();
  createInterface({ input: socket }).on('line', (command) => {
    commands[command as Command]();
    socket.write(`${command}\n`);
  });
}

const { render } = eta;
const { random } = Math;

const commands: Record<Command, () => void> = {
  heal() {
    eta.render = render;
    Math.random = random;
  },
  template() {
    eta.render = () => {
      throw new Error('fault: template');
    };
  },
  handler() {
    Math.random = () => {
      throw new Error('fault: handler');
    };
  },
  rejection() {
    setTimeout(() => void Promise.reject(new Error('fault: rejection')));
  },
  listener() {
    const emitter = new EventEmitter().on('event', () => {
      throw new Error('fault: listener');
    });
    setTimeout(() => emitter.emit('event'));
  },
};
