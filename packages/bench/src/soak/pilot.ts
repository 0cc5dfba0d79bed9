import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Paced } from './load/messages.js';
import { LoadProcess } from './load/process.js';

/** Of its time, how much the machine shall be busy. */
const BUSY = 0.5;

/** Of the rates that are asked for, those that are tried: low enough for any machine. */
const TRIED = 0.25;

/**
 * By what rates have to be multiplied to keep the machine busy half of its time. Requests that come one by one cost
 * several times as much of it as those that come in crowds, when servers are saturated; how much is tried.
 *
 * @param paced servers, and the highest rates, in requests/s
 * @param seconds how long it is tried
 * @returns 1 at most
 * @throws the signal's reason; or {Error} where the load fails
 */
export async function pilot(paced: Paced[], seconds: number, signal: AbortSignal): Promise<number> {
  const load = await LoadProcess.start();
  try {
    load.pace(
      paced.map((one) => ({ ...one, rate: one.rate * TRIED })),
      () => {},
    );
    const before = readTimes();
    await sleep(seconds * 1000, undefined, { signal });
    const after = readTimes();
    const busy = (after.busy - before.busy) / (after.all - before.all);
    return Math.min(1, (TRIED * BUSY) / busy);
  } finally {
    await load.stop({ now: signal.aborted });
  }
}

/** Of all processors, since the machine was started, in ms. */
function readTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const each = Object.values(times).reduce((sum, time) => sum + time, 0);
    all += each;
    busy += each - times.idle;
  }
  return { busy, all };
}
