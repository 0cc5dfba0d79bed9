// Runs inside a server, ahead of it, by `node --import` or its like: everything here must go unnoticed by it.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isMainThread } from 'node:worker_threads';
import { type Command, PORT_VARIABLE } from './figures.js';
import { Recorder } from './recorder.js';
import { Watcher } from './vitals.js';

const port = Number(process.env[PORT_VARIABLE]);
// The loop that serves is the main one.
if (port && isMainThread) await attach(connect(port, '127.0.0.1'));

async function attach(socket: Socket): Promise<void> {
  // The runner has ended: the server goes on without it.
  socket.on('error', () => {});
  try {
    // From here on the runner knows this process, before the server's own code runs.
    await once(socket, 'connect');
  } catch {
    return;
  }
  // The server ends when it wants to.
  socket.unref();
  // Each costs the server something: only what is asked for is there.
  let recorder: Recorder | undefined;
  let watcher: Watcher | undefined;
  const answers: Record<Command, () => unknown> = {
    reset: async () => {
      recorder ??= new Recorder();
      await recorder.reset();
      return {};
    },
    read: () => {
      recorder ??= new Recorder();
      return recorder.read();
    },
    vitals: () => {
      watcher ??= new Watcher();
      return watcher.look();
    },
  };
  createInterface({ input: socket }).on('line', async (line) => {
    socket.write(`${JSON.stringify(await answers[line as Command]())}\n`);
  });
}
