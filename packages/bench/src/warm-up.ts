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
  // A server that is elsewhere shows no cost: it is loaded for as long as others need at least.
  const hasSettled = () => (first.server ? isSteady(trace) : trace.length >= 2 * WINDOW);
  while (trace.length < slices && !hasSettled()) {
    await sleep(SLICE * 1000, undefined, { signal });
    const reading = await meter.read();
    const requests = await answeredBy(load, reading.at);
    const answered = requests === undefined ? 0 : requests - last.requests;
    trace.push({
      seconds: round((reading.at - first.at) / 1000),
      // A slice without an answer has no cost: what it took goes to the next.
      cost: answered > 0 ? costOf(last.reading, reading, answered) : null,
    });
    if (requests !== undefined && answered > 0) last = { reading, requests };
  }
  return { steady: hasSettled(), trace };
}

/** undefined where that is not known. */
async function answeredBy(load: RunningLoad, at: number): Promise<number | undefined> {
  try {
    return (await load.at(at)).requests;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What is kept is kept often: no more of it than can be told. */
const round = (value: number) => Math.round(value * 100) / 100;

/** Of a request, in µs; null where the server is elsewhere. */
function costOf({ server: from }: Reading, { server: to }: Reading, requests: number) {
  return from && to ? round((to.user + to.system - from.user - from.system) / requests) : null;
}

/**
 * Whether the last slices cost what those before them did, and none was much cheaper: while the engine compiles, two
 * dear slices can look like two others. Slices whose cost is not known say nothing.
 */
export function isSteady(trace: WarmUp['trace']): boolean {
  const costs = trace.flatMap(({ cost }) => cost ?? []);
  if (costs.length < 2 * WINDOW) return false;
  const mean = (slices: number[]) => slices.reduce((sum, cost) => sum + cost, 0) / slices.length;
  const [before, after] = [mean(costs.slice(-2 * WINDOW, -WINDOW)), mean(costs.slice(-WINDOW))];
  const least = Math.min(...costs);
  return Math.abs(after - before) <= before * TOLERANCE && after <= least * (1 + 2 * TOLERANCE);
}
