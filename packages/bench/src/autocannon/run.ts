import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Generator, type LoadPlan, type Measured, NotCounted } from '../generator.js';
import { type Meter, minus } from '../meter.js';
import type { Usage } from '../result.js';
import { AutocannonProcess, type RunningLoad } from './process.js';

/** How long connections are opened before anything is measured, in ms. */
const RAMP = 30;

/** autocannon as a generator: it comes with npm, hence it is there where others cannot be had. */
export class Autocannon implements Generator {
  readonly name = 'autocannon';
  readonly version: string = createRequire(import.meta.url)('autocannon/package.json').version;
  #process: AutocannonProcess | undefined;

  /** Begins a load that lasts until it is told to stop. */
  async load(plan: Omit<LoadPlan, 'duration' | 'rate'>): Promise<RunningLoad> {
    if (!this.#process?.isRunning) {
      this.#process = await AutocannonProcess.start(plan.cores, plan.signal);
    }
    return this.#process.load(plan);
  }

  async measure(plan: LoadPlan, meter: Meter): Promise<Measured> {
    const { duration, signal } = plan;
    const load = await this.load(plan);
    await sleep(RAMP, undefined, { signal });
    const window = await measureWindow(load, duration, { meter, signal }).catch((error) => {
      if (error instanceof RangeError) return error;
      throw error;
    });
    const { requests: answered, errors, seen, latency } = await load.stop();
    const failures = { errors, ...(seen.length > 0 && { seen }) };
    if (window instanceof RangeError)
      throw new NotCounted(window.message, { answered, ...failures });
    const { requests, seconds, usage } = window;
    return {
      answered,
      load: { requests, seconds, ...failures, rate: null, dropped: 0, latency },
      usage,
    };
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }
}

/**
 * Measures a window in the middle of a load: no request is under way uncounted, no connection opened.
 *
 * @param duration in s
 * @throws {RangeError} where it is not known how much was answered
 */
async function measureWindow(
  load: RunningLoad,
  duration: number,
  { meter, signal }: { meter: Meter; signal: AbortSignal },
): Promise<{ requests: number; seconds: number; usage: Usage }> {
  const from = await meter.read();
  const first = await load.at(from.at);
  await sleep(duration * 1000, undefined, { signal });
  const to = await meter.read();
  const last = await load.at(to.at);
  const requests = Math.round(last.requests - first.requests);
  const generator = minus(last.cpu, first.cpu);
  // It is one thread.
  const usage = meter.usage(from, to, { requests, generator, cores: 1 });
  return { requests, seconds: usage.seconds, usage };
}
