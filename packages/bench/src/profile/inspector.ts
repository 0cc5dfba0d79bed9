import { once } from 'node:events';
import type { CpuProfile } from './cpu-profile.js';

/** The environment in which any Node server can be profiled, and says where. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** V8's CPU profiler in another process. */
export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<CpuProfile>;
  /** Leaves the process as it was. */
  close(): Promise<void>;
}

/** What the inspector answers to a command. */
interface Reply {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

/**
 * Connects to the profiler of a server that was started to be `inspectable`.
 *
 * @param output what the server has printed
 * @param interval between two samples, in µs
 * @throws {Error} in one line, where it is no Node server
 */
export async function openProfiler(output: string, interval: number): Promise<Profiler> {
  // The last one: what starts a server, such as npm, may be Node too.
  const url = [...output.matchAll(/^Debugger listening on (ws:\S+)/gm)].at(-1)?.[1];
  if (!url) throw new Error('it is no Node server: it has no inspector');
  const socket = new WebSocket(url);
  const replies = new Map<number, { resolve(result: unknown): void; reject(e: Error): void }>();
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result, error } = JSON.parse(data) as Reply;
    if (error) replies.get(id)?.reject(new Error(error.message));
    else replies.get(id)?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of replies.values()) reject(new Error('the server has ended'));
  });
  let last = 0;
  const send = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++last;
      replies.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method: `Profiler.${method}`, params }));
    });
  await once(socket, 'open');
  await send('enable');
  await send('setSamplingInterval', { interval });
  return {
    start: async () => void (await send('start')),
    async stop() {
      const { profile } = (await send('stop')) as { profile: CpuProfile };
      return profile;
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
