import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A load of more than a server can take. */
export interface FloodOptions {
  url: string;
  /** Connections, each of which sends its next request when the last is answered. */
  connections: number;
  /** How long, in ms. */
  duration: number;
}

/** What came of it. */
export interface FloodTally {
  /** Requests that were answered with what they asked for, with 503, and in all. */
  ok: number;
  unavailable: number;
  total: number;
  /** Of the others, what came of the first few. */
  wrong: string[];
}

/** Compiled: a thread runs it. */
const worker = new URL('../dist/flood-worker.js', import.meta.url);

/** Floods a server with all events, from a thread of its own. */
export async function flood(options: FloodOptions): Promise<FloodTally> {
  const thread = new Worker(worker, { workerData: options });
  const [tally] = (await once(thread, 'message')) as [FloodTally];
  await thread.terminate();
  return tally;
}
