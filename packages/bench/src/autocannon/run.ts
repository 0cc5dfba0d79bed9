import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generator } from '../generator.js';
import { type Meter, minus } from '../meter.js';
import type { Usage } from '../result.js';
import { AutocannonProcess, type RunningLoad } from './process.js';

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
        const { event, url, connections, duration, signal } = plan;
        const load = autocannon.load({ event, url, connections });
        await sleep(RAMP, undefined, { signal });
        const window = await measureWindow(load, duration, { meter, signal });
        const { requests: answered, errors, latency } = await load.stop();
        const { requests, seconds, usage } = window;
        return {
          answered,
          load: { requests, seconds, errors, rate: null, dropped: 0, latency },
          usage,
        };
      } finally {
        await autocannon.stop();
      }
    },
  };
}

/**
 * Measures a window in the middle of a load: no request is under way uncounted, no connection opened.
 *
 * @param duration in s
 */
export async function measureWindow(
  load: RunningLoad,
  duration: number,
  { meter, signal }: { meter: Meter; signal: AbortSignal },
): Promise<{ requests: number; seconds: number; usage: Usage }> {
  const from = await meter.read();
  await sleep(duration * 1000, undefined, { signal });
  const to = await meter.read();
  const [first, last] = [await load.at(from.at), await load.at(to.at)];
  const requests = Math.round(last.requests - first.requests);
  const generator = minus(last.cpu, first.cpu);
  // It is one thread.
  const usage = meter.usage(from, to, { requests, generator, cores: 1 });
  return { requests, seconds: usage.seconds, usage };
}
