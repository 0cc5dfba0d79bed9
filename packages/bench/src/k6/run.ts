import { setTimeout as sleep } from 'node:timers/promises';
import { cpuBetween, cpuOfLast } from '../child.js';
import type { Generator, LoadPlan, Measured } from '../generator.js';
import { quantileOfAll } from '../merge/distribution.js';
import { failuresIn, type K6Result } from '../merge/result.js';
import type { Meter, Reading } from '../meter.js';
import { coreCount } from '../pinning.js';
import { K6_SHORTEST } from '../plan.js';
import type { Load, Phase } from '../result.js';
import type { K6 } from './find.js';
import { runScript } from './program.js';
import { runScenario, type ScenarioPlan } from './scenario.js';

/** k6 as a generator: it runs the script of the event, at a fixed rate where the plan has one, and scenarios. */
export interface K6Generator extends Generator {
  play(plan: ScenarioPlan, meter: Meter): Promise<Measured & Pick<Phase, 'figures'>>;
}

export function k6Generator({ path, version }: K6): K6Generator {
  return {
    name: 'k6',
    version,
    measure: (plan, meter) => measure(path, plan, meter),
    play: (plan, meter) => play(path, plan, meter),
  };
}

async function play(path: string, plan: ScenarioPlan, meter: Meter) {
  const from = await meter.read();
  const { load, figures, generator } = await runScenario(path, plan);
  const to = await meter.read();
  const { requests, seconds } = load;
  const cores = coreCount(plan.cores);
  const usage = meter.usage(from, to, { requests, generator, cores, seconds });
  return { answered: requests, load: { ...load, rate: null }, usage, figures };
}

function measure(path: string, plan: LoadPlan, meter: Meter): Promise<Measured> {
  return plan.rate ? measureRate(path, plan, plan.rate, meter) : measureAll(path, plan, meter);
}

/** k6 ends when all is answered: what the server used from before it starts until then is for its requests. */
async function measureAll(path: string, plan: LoadPlan, meter: Meter): Promise<Measured> {
  const { event, cores, signal } = plan;
  const from = await meter.read();
  const { trace, ...result } = await runScript(path, event, envOf(plan), { cores, signal });
  const to = await meter.read();
  const { requests, seconds } = result;
  const generator = cpuOfLast(seconds, trace);
  const usage = meter.usage(from, to, { requests, generator, cores: coreCount(cores), seconds });
  return { answered: requests, load: { ...loadOf(result), rate: null }, usage };
}

/**
 * How long after the begin all connections are open, and how long before the end all are still in use, in ms; k6's CPU
 * time is looked at every 100 ms, and has to be known then.
 */
const RAMP = 250;
const END = 150;

/**
 * At a rate that is kept, any time has as many requests: what is measured is a window in which no connection
 * is opened. Opening them costs a server as much as hundreds of requests.
 */
async function measureRate(path: string, plan: LoadPlan, rate: number, meter: Meter) {
  const { event, cores, signal } = plan;
  const duration = durationOf(plan);
  let window: Promise<[Reading, Reading]> | undefined;
  const readWindow = async (): Promise<[Reading, Reading]> => {
    await sleep(RAMP);
    const from = await meter.read();
    await sleep(duration * 1000 - RAMP - END);
    return [from, await meter.read()];
  };
  const onStart = () => {
    window ??= readWindow();
  };
  const options = { cores, onStart, signal };
  const { trace, ...result } = await runScript(path, event, envOf(plan), options);
  if (!window) throw new Error('k6 did not say when its load began');
  const [from, to] = await window;
  const usage = meter.usage(from, to, {
    requests: Math.round((rate * (to.at - from.at)) / 1000),
    generator: cpuBetween(trace, from.at, to.at),
    cores: coreCount(cores),
  });
  // As many were to be sent in that time; waiting for the last answers is not part of it.
  return { answered: result.requests, load: { ...loadOf(result), seconds: duration, rate }, usage };
}

const durationOf = ({ duration }: LoadPlan) => Math.max(duration, K6_SHORTEST);

function envOf(plan: LoadPlan): Record<string, string> {
  return {
    BASE_URL: plan.url,
    VUS: String(plan.connections),
    DURATION: `${durationOf(plan)}s`,
    ...(plan.rate && { RATE: String(plan.rate) }),
  };
}

/** What k6 saw, as a load. */
export function loadOf(result: K6Result): Omit<Load, 'rate'> {
  const { requests, seconds, dropped, latency } = result;
  const quantile = (share: number) => quantileOfAll([latency.distribution], share);
  const { errors, seen } = failuresIn(result);
  const counts = { requests, seconds, errors, ...(errors > 0 && { seen }), dropped };
  // Of no request there is no latency, not one of 0.
  if (requests === 0) return counts;
  return {
    ...counts,
    latency: {
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      p999: quantile(0.999),
      max: quantile(1),
    },
    distribution: shares.map((share) => [share, rounded(quantile(share))]),
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
