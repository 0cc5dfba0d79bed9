import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generator, LoadPlan, Measured } from '../generator.js';
import { type Meter, minus } from '../meter.js';
import { AutocannonProcess } from './process.js';

/** How long connections are opened before anything is measured, in ms. */
const RAMP = 100;

/** autocannon as a generator: it comes with npm, hence it is there where others cannot be had. */
export function autocannonGenerator(): Generator {
  const { version } = createRequire(import.meta.url)('autocannon/package.json');
  return {
    name: 'autocannon',
    version,
    async measure(plan, meter) {
      const autocannon = await AutocannonProcess.start(plan.cores, plan.signal);
      try {
        return await measureWith(autocannon, plan, meter);
      } finally {
        await autocannon.stop();
      }
    },
  };
}

/** Measures a window in the middle of the load: no request is under way uncounted, no connection opened. */
export async function measureWith(
  autocannon: AutocannonProcess,
  { event, url, connections, duration, signal }: LoadPlan,
  meter: Meter,
): Promise<Measured> {
  const load = autocannon.load({ event, url, connections });
  await sleep(RAMP, undefined, { signal });
  const from = await meter.read();
  await sleep(duration * 1000, undefined, { signal });
  const to = await meter.read();
  const [first, last] = [await load.at(from.at), await load.at(to.at)];
  const { requests: answered, errors, latency } = await load.stop();
  const requests = Math.round(last.requests - first.requests);
  const seconds = (to.at - from.at) / 1000;
  const generator = minus(last.cpu, first.cpu);
  return {
    answered,
    load: { requests, seconds, errors, rate: null, dropped: 0, latency },
    // It is one thread.
    usage: meter.usage(from, to, { requests, generator, cores: 1 }),
  };
}
