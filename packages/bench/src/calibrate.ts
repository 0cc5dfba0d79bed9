import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@heptathlon/contract';
import { endAll } from '@heptathlon/targets';
import type { RunningLoad } from './autocannon/process.js';
import { openContender, type Setting } from './contender.js';
import { describeFailures } from './fault.js';
import type { Generator } from './generator.js';
import { mixedThroughput, needsRate } from './k6/scenario.js';
import { Meter } from './meter.js';
import type { Plan } from './plan.js';
import { withTrivialServer } from './trivial.js';

/** How long, in s. */
const DURATION = 1;

/** How long autocannon loads before anything is measured, in ms: it, too, gets faster while it does. */
const GENERATOR_WARM_UP = 2000;

/** Warms autocannon up. */
export async function warmGenerator({ generators, pinning, progress, signal }: Setting) {
  progress.doing('warming up autocannon against a server that does nothing');
  await withTrivialServer({ cores: pinning?.server, signal }, async ({ url }) => {
    const plan = { event: 'plaintext', url, connections: 64, cores: pinning?.others, signal };
    const load = await generators.autocannon.load(plan);
    await sleep(GENERATOR_WARM_UP, undefined, { signal });
    await load.stop();
  });
}

/**
 * Finds out, before the first round, what k6 can do, and sets the rates of the plan that it leaves open; but
 * not where contenders are saturated: the first round then tells what they can take (`setRate`).
 *
 * @throws {Error} where a contender cannot be started
 */
export async function calibrate(setting: Setting): Promise<void> {
  const { plan, generators, progress, calibration } = setting;
  if (!generators.k6) return;
  progress.doing('calibrating k6 against a server that does nothing');
  calibration.k6 = await calibrateK6(generators.k6, setting);
  const { ceiling, cost } = calibration.k6;
  progress.say(
    `k6 does ${ceiling.toFixed(0)} requests/s here at most, for ${cost.toFixed(0)} µs of CPU time each`,
  );
  const { scenario, fixedRate } = plan;
  if (scenario && needsRate(scenario.name) && scenario.rate === null) {
    const found = Object.entries(await findCapacities(setting));
    for (const [event, capacities] of found) calibration.slowest[event] = slowestOf(capacities);
    const slowest = found.map(([event, all]) => [event, slowestOf(all).throughput]);
    const capacities = Object.fromEntries(slowest) as Record<string, number>;
    const only = scenario.event && capacities[scenario.event];
    const capacity = only || (await mixedThroughput(capacities));
    scenario.rate = rateFor(capacity, ceiling, 1);
    progress.say(`100 % of ${scenario.name} is ${scenario.rate} requests/s`);
  }
  if (fixedRate && !plan.saturation && plan.events.some((event) => !fixedRate.rates[event])) {
    const found = await findCapacities(setting);
    for (const event of plan.events) setRate(event, found[event] ?? [], setting);
  }
}

/** How many requests/s a contender takes. */
export interface Capacity {
  name: string;
  throughput: number;
}

/** Sets the rate of an event, where the plan leaves it open. */
export function setRate(
  event: string,
  capacities: Capacity[],
  { plan, calibration, progress }: Pick<Setting, 'plan' | 'calibration' | 'progress'>,
): void {
  const { fixedRate } = plan;
  if (!fixedRate || fixedRate.rates[event] || capacities.length === 0) return;
  const slowest = slowestOf(capacities);
  const ceiling = calibration.k6?.ceiling ?? Number.POSITIVE_INFINITY;
  calibration.slowest[event] = slowest;
  fixedRate.rates[event] = rateFor(slowest.throughput, ceiling, SHARE_OF_SLOWEST);
  progress.say(`${event} at the fixed rate: ${fixedRate.rates[event]} requests/s`);
}

function slowestOf(capacities: Capacity[]): Capacity {
  return capacities.reduce((least, one) => (one.throughput < least.throughput ? one : least));
}

/** Finds out how many requests/s k6 gets out of a server that does next to nothing. */
function calibrateK6(k6: Generator, { pinning, signal }: Setting) {
  return withTrivialServer({ cores: pinning?.server, signal }, async ({ url, pid }) => {
    const cores = pinning?.others;
    const plan = { event: 'plaintext', url, duration: DURATION, connections: 64, cores, signal };
    const { load, usage } = await k6.measure(plan, new Meter(pid, undefined));
    const { user, system } = usage.generator;
    return { ceiling: load.requests / load.seconds, cost: (user + system) / load.requests };
  });
}

/** Loads each contender with each event for a moment; by event, what each takes. */
async function findCapacities(setting: Setting): Promise<Record<string, Capacity[]>> {
  const { plan, generators, progress, signal, pinning } = setting;
  const found: Record<string, Capacity[]> = {};
  for (const { name } of plan.contenders) {
    progress.doing(`${name}: trying out how much it takes`);
    const server = await openContender(name, setting);
    try {
      for (const event of eventNames(plan)) {
        const { connections } = plan;
        const load = { event, url: server.url, connections, cores: pinning?.others, signal };
        const running = await generators.autocannon.load(load);
        const throughput = await tryCapacity(running, signal).catch((error) => {
          signal.throwIfAborted();
          const what = `What ${name} can take of ${event} cannot be found out`;
          throw new Error(`${what}: ${error.message}. Name a rate with --rate.`, { cause: error });
        });
        found[event] = [...(found[event] ?? []), { name, throughput }];
      }
    } finally {
      await endAll(() => server.stop());
    }
  }
  return found;
}

/** How long a capacity is tried out, and how long before, in ms: enough for a rate that is a share of it. */
const TRY = 150;

/**
 * About how many requests/s a server takes of an event.
 *
 * @throws {Error} where it answers nothing, or wrongly: any rate could be had of that
 */
async function tryCapacity(load: RunningLoad, signal: AbortSignal): Promise<number> {
  const look = async () => load.at(Number(process.hrtime.bigint()) / 1e6);
  await sleep(TRY, undefined, { signal });
  const from = await look();
  await sleep(TRY, undefined, { signal });
  const to = await look();
  const { errors, seen } = await load.stop();
  if (errors > 0) throw new Error(describeFailures({ errors, seen }));
  const answered = to.requests - from.requests;
  if (answered <= 0) throw new Error(`nothing was answered in ${TRY} ms`);
  return (answered / (to.at - from.at)) * 1000;
}

/** A scenario sends all seven, or the one that was named; its 100 % is what the slowest takes of them. */
function eventNames({ scenario, events }: Plan): string[] {
  if (scenario?.event) return [scenario.event];
  return scenario ? operations.map(({ operationId }) => operationId) : events;
}

/** All are loaded at this share of the slowest one's capacity, ... */
const SHARE_OF_SLOWEST = 0.3;
/** ... and at no more than this share of what k6 can do: at a rate it has to keep time, too. */
const SHARE_OF_K6 = 0.1;

/**
 * The one rate for all, in requests/s.
 *
 * @param slowest the capacity of the slowest, in requests/s
 * @param ceiling k6's, in requests/s
 * @param share of the slowest one's capacity
 */
export function rateFor(slowest: number, ceiling: number, share: number): number {
  return Math.max(1, Math.floor(Math.min(slowest * share, ceiling * SHARE_OF_K6)));
}
