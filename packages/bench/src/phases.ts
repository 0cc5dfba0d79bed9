import type { AutocannonProcess } from './autocannon/process.js';
import { measureWith } from './autocannon/run.js';
import { findFault } from './fault.js';
import type { Measured } from './generator.js';
import type { Setting } from './measure.js';
import type { Meter } from './meter.js';
import type { Plan } from './plan.js';
import type { Phase, PhaseName } from './result.js';

/** A contender that is ready to be loaded. */
export interface Ready extends Setting {
  server: { url: string };
  autocannon: AutocannonProcess;
  meter: Meter;
}

/** The phases of a plan, in their order. */
export function phasesOf({ saturation, fixedRate, scenario }: Plan): PhaseName[] {
  if (scenario) return ['scenario'];
  return [
    ...(saturation ? ['saturation' as const] : []),
    ...(fixedRate ? ['fixedRate' as const] : []),
  ];
}

/**
 * Measures an event in each phase of the plan.
 *
 * @returns the phases, and how many requests were answered in all of them
 * @throws the signal's reason; everything else makes a phase void
 */
export async function measurePhases(event: string, ready: Ready) {
  const phases: Partial<Record<PhaseName, Phase>> = {};
  let answered = 0;
  for (const name of phasesOf(ready.plan)) {
    try {
      const measured = await ready.meter.watching(() => measurements[name](event, ready));
      answered += measured.answered;
      const { load, usage, figures } = measured;
      phases[name] = { load, usage, ...(figures && { figures }), void: findFault(measured) };
    } catch (error) {
      ready.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      phases[name] = { load: null, usage: null, void: reason };
    }
  }
  return { phases, answered };
}

type Measurement = (event: string, ready: Ready) => Promise<Measured & Pick<Phase, 'figures'>>;

const measurements: Record<PhaseName, Measurement> = {
  async saturation(event, { plan, server, generators, autocannon, meter, ...setting }) {
    const { duration = 0 } = plan.saturation ?? {};
    const { connections } = plan;
    const { pinning, signal } = setting;
    const load = { event, url: server.url, duration, connections, cores: pinning?.others, signal };
    // The process that has warmed the server up goes on.
    return generators.saturation.name === 'autocannon'
      ? measureWith(autocannon, load, meter)
      : generators.saturation.measure(load, meter);
  },
  async fixedRate(event, { plan, server, generators: { k6 }, meter, pinning, signal }) {
    const { duration = 0, rates = {} } = plan.fixedRate ?? {};
    if (!k6) throw new Error('k6 is not there');
    const { connections } = plan;
    const rate = rates[event] ?? 1;
    const load = { event, url: server.url, duration, connections, rate, signal };
    return k6.measure({ ...load, cores: pinning?.others }, meter);
  },
  async scenario() {
    throw new Error('there are no scenarios yet');
  },
};
