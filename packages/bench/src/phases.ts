import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningLoad } from './autocannon/process.js';
import { type Capacity, setRate } from './calibrate.js';
import type { Setting } from './contender.js';
import type { Entrant, Ready } from './entrant.js';
import { describeFailures, findFault, findSlack } from './fault.js';
import { GeneratorDied, type Measured, NotCounted } from './generator.js';
import { toleratesDrops } from './k6/scenario.js';
import type { Meter } from './meter.js';
import { generatorOf, HEAT, hasRate, type Plan } from './plan.js';
import { diagnose } from './probe/diagnose.js';
import type { Cell, Phase, PhaseName } from './result.js';
import { joinSlices, type Part } from './slices.js';
import { warmUp } from './warm-up.js';

/** Takes all entrants through an event; all events go through a pass before any goes through the next. */
type Pass = (event: string, entrants: Entrant[], setting: Setting) => Promise<void>;

/** The phases of a plan, in their order. */
export function phasesOf({ saturation, fixedRate, scenario }: Plan): PhaseName[] {
  if (scenario) return ['scenario'];
  return [
    ...(saturation ? ['saturation' as const] : []),
    ...(fixedRate ? ['fixedRate' as const] : []),
  ];
}

/** The passes of a round, in their order. */
export function passesOf(plan: Plan, round: number): Pass[] {
  if (plan.scenario) return [playScenario];
  return [warmAndSaturate, ...(hasRate(plan, round) ? [keepRate] : [])];
}

/** Rows of `world` in an answer of an event. */
export const rowsIn = (event: string) => ({ db: 1, queries: 20, template: 10 })[event] ?? 0;

/** Loads each until its cost is steady, and then all in turn, a short time each, again and again. */
async function warmAndSaturate(event: string, entrants: Entrant[], setting: Setting) {
  const { plan, generators, signal } = setting;
  const warm = (some: Entrant[], until: (load: RunningLoad, cell: Cell, meter: Meter) => unknown) =>
    forEach(event, some, setting, 'warming up', async (entrant, cell, { url, meter }) => {
      const { requests, errors, seen } = await unlessDead(setting, async () => {
        const load = await generators.autocannon.load({ event, url, ...common(setting) });
        await until(load, cell, meter);
        return load.stop();
      });
      entrant.rowsAnswered += requests * rowsIn(event);
      if (errors === 0) return;
      const reason = `${describeFailures({ errors, seen })}, in the warm-up`;
      for (const phase of phasesOf(plan)) cell.phases[phase] = { ...NOTHING, void: reason };
    });
  // The generator has to get used to the event too, at the cost of whoever is the first.
  await warm(entrants.slice(0, 1), () => sleep(HEAT * 1000, undefined, { signal }));
  await warm(entrants, async (load, cell, meter) => {
    cell.warmUp = await warmUp(load, meter, { ...plan.warmUp, signal });
  });
  if (!plan.saturation) return;
  const { duration, slices } = plan.saturation;
  const found = new Map<Cell, Part[]>();
  for (let slice = 0; slice < slices; slice++) {
    // There and back again: whoever came last comes first, so that a drift falls on all alike.
    const turn = slice % 2 === 0 ? entrants : entrants.toReversed();
    await forEach(event, turn, setting, 'saturating', async (entrant, cell, ready) => {
      if (cell.phases.saturation) return;
      const load = { event, url: ready.url, duration: duration / slices, ...common(setting) };
      try {
        const generator = needed(generators.saturation[generatorOf(plan, entrant.name)]);
        const measure = () => generator.measure(load, ready.meter);
        const part = await unlessDead(setting, () => watched(ready, measure)).catch(leftOut);
        const { answered, errors } = 'load' in part ? { ...part, ...part.load } : part.rest;
        entrant.rowsAnswered += answered * rowsIn(event);
        const parts = [...(found.get(cell) ?? []), part];
        found.set(cell, parts);
        // What has failed is void: more of it would tell nothing else, and may take a while.
        if (errors > 0) cell.phases.saturation = joined(parts, setting);
      } catch (error) {
        cell.phases.saturation = failed(error, setting);
      }
    });
  }
  for (const [cell, parts] of found) cell.phases.saturation ??= joined(parts, setting);
}

/** A turn of which it is not known what was done has no figures, and is kept as that. @throws any other error */
function leftOut(error: unknown): NotCounted {
  if (error instanceof NotCounted) return error;
  throw error;
}

function joined(parts: Part[], setting: Setting): Phase {
  try {
    const phase = judged(joinSlices(parts));
    if (phase.void === null && phase.usage) phase.void = findSlack({ usage: phase.usage });
    return phase;
  } catch (error) {
    return failed(error, setting);
  }
}

async function keepRate(event: string, entrants: Entrant[], setting: Setting) {
  const { plan, generators } = setting;
  setRate(event, capacitiesOf(event, entrants), setting);
  const { duration = 0, rates = {} } = plan.fixedRate ?? {};
  const rate = rates[event];
  await forEach(event, entrants, setting, 'at the fixed rate', async (entrant, cell, ready) => {
    if (cell.phases.fixedRate) return;
    const measure = () => {
      if (!rate) throw new Error('there is no rate: it is not known what the servers can take');
      const load = { event, url: ready.url, duration, rate, ...common(setting) };
      return needed(generators.k6).measure(load, ready.meter);
    };
    const phase = await keep('fixedRate', entrant, cell, ready, setting, measure);
    if (phase.void === null || phase.load?.errors !== 0) return;
    // Nobody has answered wrongly, and a machine that is busy for a moment is enough for k6 to be late.
    const again = await keep('fixedRate', entrant, cell, ready, setting, measure);
    again.attempts = 2;
  });
}

/** What each took at saturation, in this round: of wrong answers any number can be had. */
function capacitiesOf(event: string, entrants: Entrant[]): Capacity[] {
  return entrants.flatMap(({ name, cells }) => {
    const load = cells.find((cell) => cell.event === event)?.phases.saturation?.load;
    const isCapacity = load && load.errors === 0 && load.requests > 0;
    return isCapacity ? [{ name, throughput: load.requests / load.seconds }] : [];
  });
}

async function playScenario(event: string, entrants: Entrant[], setting: Setting) {
  const { plan, generators } = setting;
  const { scenario } = plan;
  if (!scenario) return;
  const doing = `playing ${scenario.name}`;
  await forEach(event, entrants, setting, doing, async (entrant, cell, ready) => {
    const load = { ...scenario, scenario: scenario.name, url: ready.url, ...common(setting) };
    await keep('scenario', entrant, cell, ready, setting, () =>
      needed(generators.k6).play(load, ready.meter),
    );
  });
}

/** Does something with each that can be loaded. */
async function forEach(
  event: string,
  entrants: Entrant[],
  { progress }: Setting,
  doing: string,
  work: (entrant: Entrant, cell: Cell, ready: Ready) => Promise<void>,
): Promise<void> {
  for (const entrant of entrants) {
    const { ready, cells, name } = entrant;
    const cell = cells.find((each) => each.event === event);
    if (!ready || !cell) continue;
    progress.doing(`${name} ${event}: ${doing}`);
    await entrant.attempt(() => work(entrant, cell, ready));
  }
}

type Found = Measured & Pick<Phase, 'figures'>;

/** Measures a phase, and keeps what came of it; what fails makes it void, but for the signal. */
async function keep(
  name: PhaseName,
  entrant: Entrant,
  cell: Cell,
  ready: Ready,
  setting: Setting,
  measure: () => Promise<Found>,
): Promise<Phase> {
  let phase: Phase;
  try {
    const measured = await unlessDead(setting, () => watched(ready, measure));
    entrant.rowsAnswered += measured.answered * rowsIn(cell.event);
    const { scenario } = setting.plan;
    phase = judged(measured, scenario !== null && toleratesDrops(scenario.name));
  } catch (error) {
    phase = failed(error, setting);
  }
  cell.phases[name] = phase;
  return phase;
}

const NOTHING = { load: null, usage: null };

/**
 * Loads, and once more where the generator died: it is started afresh, and what it would have told is lost.
 *
 * @throws {GeneratorDied} where it died again
 */
async function unlessDead<T>({ progress, signal }: Setting, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GeneratorDied)) throw error;
    progress.say(`${error.message}: that load is repeated`);
    return load();
  }
}

/** @throws {GeneratorDied} or the signal's reason, where that is what happened */
function failed(error: unknown, { signal }: Setting): Phase {
  signal.throwIfAborted();
  if (error instanceof GeneratorDied) throw error;
  return { ...NOTHING, void: error instanceof Error ? error.message : String(error) };
}

/** @param drops whether iterations may be dropped: some scenarios look for where that begins */
function judged(
  { load, usage, ...more }: Pick<Found, 'load' | 'usage'> & Pick<Phase, 'figures' | 'slices'>,
  drops = false,
): Phase {
  const { figures, slices } = more;
  const reason = findFault({ load: drops ? { ...load, dropped: 0 } : load, usage });
  return { load, usage, ...(slices && { slices }), ...(figures && { figures }), void: reason };
}

/** Looks at the server's memory while it works, and into it where there is a probe. */
async function watched({ meter, probe }: Ready, work: () => Promise<Found>): Promise<Found> {
  if (!probe) return meter.watching(work);
  await probe.reset();
  const done = await meter.watching(work);
  return { ...done, figures: { ...diagnose(await probe.read()), ...done.figures } };
}

/** Of all loads. */
const common = ({ plan, pinning, signal }: Setting) => ({
  ...{ connections: plan.connections, cores: pinning?.others, signal },
});

function needed<T>(k6: T | undefined): T {
  if (k6) return k6;
  throw new Error('its generator is not there');
}
