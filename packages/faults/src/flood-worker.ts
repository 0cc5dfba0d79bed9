// A thread that floods a server.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { describe } from './ask.js';
import { events } from './events.js';
import type { FloodOptions, FloodTally } from './flood.js';
import { startLoad } from './load.js';

/** As many of what is wrong are told. */
const TOLD = 10;

/** A thousand wait for each other: how long is not what is looked at. In ms. */
const PATIENCE = 120_000;

const { url, connections, duration } = workerData as FloodOptions;
const load = startLoad(url, { connections, events: Object.values(events), patience: PATIENCE });
await sleep(duration);
const outcomes = await load.stop();
const count = (verdict: string) => outcomes.filter((found) => found.verdict === verdict).length;
const right = (verdict: unknown) => verdict === 'ok' || verdict === 'unavailable';
parentPort?.postMessage({
  ok: count('ok'),
  unavailable: count('unavailable'),
  total: outcomes.length,
  wrong: outcomes
    .filter(({ verdict }) => !right(verdict))
    .slice(0, TOLD)
    .map(describe),
} satisfies FloodTally);
