import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningLoad } from './autocannon/process.js';
import type { Meter, Reading } from './meter.js';
import type { WarmUp } from './result.js';

/** How often the cost is looked at, in s. */
const SLICE = 0.1;
/** So many slices are compared with as many before them. */
const WINDOW = 2;
/** A cost is steady where the one is within so much of the other. */
const TOLERANCE = 0.1;

/**
 * Waits until the cost of a load is steady: servers get faster while the engine compiles what is
 * called often, and some never come to rest (Barrett et al. 2017, "Virtual machine warmup blows hot and
 * cold").
 *
 * @param limit how long at most, in s
 */
export async function warmUp(
  load: RunningLoad,
  meter: Meter,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<WarmUp> {
  const trace: WarmUp['trace'] = [];
  const slices = Math.max(1, Math.round(limit / SLICE));
  const first = await meter.read();
  let last = { reading: first, requests: 0 };
  while (trace.length < slices && !isSteady(trace)) {
    await sleep(SLICE * 1000, undefined, { signal });
    const reading = await meter.read();
    const { requests } = await load.at(reading.at);
    const answered = requests - last.requests;
    trace.push({
      seconds: round((reading.at - first.at) / 1000),
      // A slice without an answer has no cost: what it took goes to the next.
      cost: answered > 0 ? round(used(last.reading, reading) / answered) : 0,
    });
    if (answered > 0) last = { reading, requests };
  }
  return { steady: isSteady(trace), trace };
}

/** What is kept is kept often: no more of it than can be told. */
const round = (value: number) => Math.round(value * 100) / 100;

function used({ server: from }: Reading, { server: to }: Reading): number {
  return from && to ? to.user + to.system - from.user - from.system : 0;
}

/**
 * Whether the last slices cost what those before them did, and none was much cheaper: while the engine compiles, two
 * dear slices can look like two others. A server that is elsewhere shows no cost, and is steady.
 */
export function isSteady(trace: WarmUp['trace']): boolean {
  if (trace.length < 2 * WINDOW) return false;
  const mean = (slices: WarmUp['trace']) =>
    slices.reduce((sum, { cost }) => sum + cost, 0) / slices.length;
  const [before, after] = [mean(trace.slice(-2 * WINDOW, -WINDOW)), mean(trace.slice(-WINDOW))];
  const least = Math.min(...trace.filter(({ cost }) => cost > 0).map(({ cost }) => cost));
  return Math.abs(after - before) <= before * TOLERANCE && after <= least * (1 + 2 * TOLERANCE);
}
