import type { AutocannonProcess } from './autocannon/process.js';
import { measureWindow } from './autocannon/run.js';
import { findFault } from './fault.js';
import type { Measured } from './generator.js';
import { toleratesDrops } from './k6/scenario.js';
import type { Setting } from './measure.js';
import type { Meter } from './meter.js';
import type { Plan } from './plan.js';
import { diagnose } from './probe/diagnose.js';
import type { Cell, Phase, PhaseName } from './result.js';
import { warmUp } from './warm-up.js';

/** A contender that is ready to be loaded. */
export interface Ready extends Setting {
  url: string;
  autocannon: AutocannonProcess;
  meter: Meter;
  /** Rows of `world` in all answers so far. */
  tally: { rows: number };
  hasDied(): boolean;
}

/** All events go through a pass before any goes through the next. */
interface Pass {
  doing: string;
  run(cell: Cell, ready: Ready): Promise<void>;
}

/** The phases of a plan, in their order. */
export function phasesOf({ saturation, fixedRate, scenario }: Plan): PhaseName[] {
  if (scenario) return ['scenario'];
  return [
    ...(saturation ? ['saturation' as const] : []),
    ...(fixedRate ? ['fixedRate' as const] : []),
  ];
}

/** The passes of a plan, in their order. */
export function passesOf({ saturation, fixedRate, scenario }: Plan): Pass[] {
  if (scenario) return [{ doing: `playing ${scenario.name}`, run: playScenario }];
  return [
    { doing: saturation ? 'warming up, saturating' : 'warming up', run: warmAndSaturate },
    ...(fixedRate ? [{ doing: 'at the fixed rate', run: keepRate }] : []),
  ];
}

/** Rows of `world` in an answer of an event. */
export const rowsIn = (event: string) => ({ db: 1, queries: 20, template: 10 })[event] ?? 0;

/** Loads an event until its cost is steady, and goes on, without a break, to measure it. */
async function warmAndSaturate(cell: Cell, ready: Ready): Promise<void> {
  const { plan, url, autocannon, generators, meter, signal } = ready;
  const { event } = cell;
  const { saturation, connections } = plan;
  const goesOn = saturation !== null && generators.saturation.name === 'autocannon';
  const load = autocannon.load({ event, url, connections });
  cell.warmUp = await warmUp(load, meter, { limit: plan.warmUp.limit, signal });
  const { duration = 0 } = saturation ?? {};
  const window = goesOn ? await watched(ready, () => measureWindow(load, duration, ready)) : null;
  const { latency, errors, ...end } = await load.stop();
  ready.tally.rows += end.requests * rowsIn(event);
  if (window) {
    const { requests, seconds, ...used } = window;
    const found = { requests, seconds, errors, rate: null, dropped: 0, latency };
    cell.phases.saturation = judged({ load: found, ...used });
  } else if (saturation) {
    await keep(cell, 'saturation', ready, () =>
      generators.saturation.measure({ event, url, duration, connections, ...where(ready) }, meter),
    );
  }
  if (errors > 0 && !window) {
    const reason = `${errors} requests failed or had a wrong answer in the warm-up`;
    for (const phase of phasesOf(plan)) cell.phases[phase] = { ...NOTHING, void: reason };
  }
}

async function keepRate(cell: Cell, ready: Ready): Promise<void> {
  const { plan, url, generators, meter } = ready;
  const { duration = 0, rates = {} } = plan.fixedRate ?? {};
  const { event } = cell;
  if (cell.phases.fixedRate) return;
  const load = { event, url, duration, connections: plan.connections, rate: rates[event] ?? 1 };
  const measure = () => needed(generators.k6).measure({ ...load, ...where(ready) }, meter);
  const phase = await keep(cell, 'fixedRate', ready, measure);
  if (phase.void === null || phase.load?.errors !== 0) return;
  // Nobody has answered wrongly, and a machine that is busy for a moment is enough for k6 to be late.
  const again = await keep(cell, 'fixedRate', ready, measure);
  again.attempts = 2;
}

async function playScenario(cell: Cell, ready: Ready): Promise<void> {
  const { plan, url, generators, meter } = ready;
  const { scenario } = plan;
  if (!scenario) return;
  await keep(cell, 'scenario', ready, () =>
    needed(generators.k6).play(
      { ...scenario, scenario: scenario.name, url, ...where(ready) },
      meter,
    ),
  );
}

/** Measures a phase, and keeps what came of it; what fails makes it void, but for the signal. */
async function keep(
  cell: Cell,
  name: PhaseName,
  ready: Ready,
  measure: () => Promise<Measured & Pick<Phase, 'figures'>>,
): Promise<Phase> {
  let phase: Phase;
  try {
    const measured = await watched(ready, measure);
    ready.tally.rows += measured.answered * rowsIn(cell.event);
    const { scenario } = ready.plan;
    phase = judged(measured, scenario !== null && toleratesDrops(scenario.name));
  } catch (error) {
    ready.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    phase = { ...NOTHING, void: reason };
  }
  cell.phases[name] = phase;
  return phase;
}

const NOTHING = { load: null, usage: null };

/** @param drops whether iterations may be dropped: some scenarios look for where that begins */
function judged(
  { load, usage, figures }: Omit<Measured, 'answered'> & Pick<Phase, 'figures'>,
  drops = false,
): Phase {
  const reason = findFault({ load: drops ? { ...load, dropped: 0 } : load, usage });
  return { load, usage, ...(figures && { figures }), void: reason };
}

/** Looks at the server's memory while it works, and into it where there is a probe. */
async function watched<T>({ meter, probe }: Ready, work: () => Promise<T>) {
  if (!probe) return meter.watching(work);
  await probe.reset();
  const done = await meter.watching(work);
  return { ...done, figures: { ...diagnose(await probe.read()), ...figuresIn(done) } };
}

const figuresIn = (done: unknown) => (done as Pick<Phase, 'figures'>).figures;

const where = ({ pinning, signal }: Ready) => ({ cores: pinning?.others, signal });

function needed<T>(k6: T | undefined): T {
  if (k6) return k6;
  throw new Error('k6 is not there');
}
