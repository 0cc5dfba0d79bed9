import { cpuOfLast } from '../child.js';
import type { Generator, LoadPlan, Measured } from '../generator.js';
import { quantileOfAll } from '../merge/distribution.js';
import { type K6Result, wrongIn } from '../merge/result.js';
import type { Meter } from '../meter.js';
import { coreCount } from '../pinning.js';
import type { Load } from '../result.js';
import type { K6 } from './find.js';
import { runScript } from './program.js';

/** k6 as a generator: it runs the script of the event, at a fixed rate where the plan has one. */
export function k6Generator({ path, version }: K6): Generator {
  return { name: 'k6', version, measure: (plan, meter) => measure(path, plan, meter) };
}

/** k6 takes no less, in s. */
const SHORTEST = 1;

/** k6 ends when all is answered: what the server used from before it starts until then is for its requests. */
async function measure(path: string, plan: LoadPlan, meter: Meter): Promise<Measured> {
  const { event, url, connections, rate, cores, signal } = plan;
  const duration = Math.max(plan.duration, SHORTEST);
  const env = {
    BASE_URL: url,
    VUS: String(connections),
    DURATION: `${duration}s`,
    ...(rate && { RATE: String(rate) }),
  };
  const from = await meter.read();
  const { trace, ...result } = await runScript(path, event, env, { cores, signal });
  const to = await meter.read();
  const { requests } = result;
  const usage = meter.usage(from, to, {
    requests,
    generator: cpuOfLast(result.seconds, trace),
    cores: coreCount(cores),
    seconds: result.seconds,
  });
  const load = loadOf(result);
  if (!rate) return { answered: requests, load: { ...load, rate: null }, usage };
  // As many were to be sent in that time; waiting for the last answers is not part of it.
  return { answered: requests, load: { ...load, seconds: duration, rate }, usage };
}

/** What k6 saw, as a load. */
export function loadOf(result: K6Result): Omit<Load, 'rate'> {
  const { requests, seconds, dropped, latency } = result;
  const quantile = (share: number) => quantileOfAll([latency.distribution], share);
  const any = requests > 0;
  return {
    requests,
    seconds,
    errors: wrongIn(result),
    dropped,
    latency: {
      p50: any ? quantile(0.5) : 0,
      p90: any ? quantile(0.9) : 0,
      p99: any ? quantile(0.99) : 0,
      p999: any ? quantile(0.999) : 0,
      max: any ? quantile(1) : 0,
    },
    distribution: any ? shares.map((share) => [share, rounded(quantile(share))]) : [],
  };
}

/** Of what k6 tells, as much as a curve needs: closer together towards the end, where people look. */
const shares = [
  ...Array.from({ length: 20 }, (_, step) => step / 20),
  ...Array.from({ length: 8 }, (_, step) => (95 + step / 2) / 100),
  ...Array.from({ length: 9 }, (_, step) => (990 + step) / 1000),
  ...Array.from({ length: 10 }, (_, step) => (9990 + step) / 10_000),
  1,
];

/** To the µs, which is finer than the clocks of two processes agree. */
const rounded = (ms: number) => Math.round(ms * 1000) / 1000;
