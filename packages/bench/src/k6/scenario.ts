import { cpuOfLast } from '../child.js';
import type { Cpu, Figure, Load } from '../result.js';
import { runScript } from './program.js';
import { loadOf } from './run.js';

/** What a scenario takes. */
interface Scenario {
  /** In s: as long as its script takes where it is run by hand. */
  duration: number;
  /** Which share of what the server can do is its `RATE`; none: it needs no rate. */
  rate?: number;
  /** Whether iterations may be dropped: it looks for where that begins. */
  drops?: true;
  /** What it sends where no event is named; none: always the mix of all. */
  sends?: 'mix' | 'json';
}

/** The scripts of `k6/` that are no event, in the order of k6/README.md. */
const scenarios: Record<string, Scenario> = {
  mixed: { duration: 60, rate: 0.5 },
  burst: { duration: 60, rate: 1, sends: 'mix' },
  breakpoint: { duration: 60, rate: 1, drops: true, sends: 'mix' },
  connections: { duration: 70, sends: 'json' },
  churn: { duration: 10, sends: 'json' },
  soak: { duration: 3600, rate: 0.5, sends: 'mix' },
};

/** The names of the scenarios. */
export function listScenarios(): string[] {
  return Object.keys(scenarios);
}

/** How long a scenario takes where nobody says otherwise, in s. */
export function durationOf(scenario: string): number {
  return find(scenario).duration;
}

/** Whether a scenario has to be told what the server can do. */
export function needsRate(scenario: string): boolean {
  return find(scenario).rate !== undefined;
}

/** Whether a scenario can be played with one event alone. */
export function takesEvent(scenario: string): boolean {
  return find(scenario).sends !== undefined;
}

/** Whether dropped iterations are part of a scenario, not a fault. */
export function toleratesDrops(scenario: string): boolean {
  return find(scenario).drops === true;
}

/**
 * What a server can do with the mix of requests that the scenarios with a rate send.
 *
 * @param throughputs its requests/s at saturation, by operationId
 * @throws {RangeError} where one is not known
 */
export async function mixedThroughput(throughputs: Record<string, number>): Promise<number> {
  // A file of another project, run as it is by Node.
  const file = new URL('../../../../k6/lib/mix.ts', import.meta.url);
  const { mix } = (await import(file.href)) as { mix: Record<string, number> };
  const all = Object.entries(mix);
  const seconds = all.reduce((sum, [event, count]) => {
    const throughput = throughputs[event];
    if (!throughput) throw new RangeError(`it is not known what the server can do of ${event}`);
    return sum + count / throughput;
  }, 0);
  return all.reduce((sum, [, count]) => sum + count, 0) / seconds;
}

export interface ScenarioPlan {
  /** One of `listScenarios`. */
  scenario: string;
  /** The operationId of what it sends; the scenario knows what where none is named. */
  event?: string;
  /** The server's base URL. */
  url: string;
  /** How long, in s. */
  duration?: number;
  /** Virtual users, each with a connection of its own; the scenario knows how many it needs. */
  connections?: number;
  /** What the server can do, in requests/s. */
  rate?: number | null;
  /** The cores to keep to, as `taskset` takes them; undefined: any. */
  cores?: string | undefined;
  /** Ends k6. */
  signal: AbortSignal;
}

export interface ScenarioResult {
  load: Omit<Load, 'rate'>;
  /** What the scenario is for, by name; one that could not be found is left out. */
  figures: Record<string, Figure>;
  /** CPU time of k6. */
  generator: Cpu;
}

/**
 * Runs a scenario to its end.
 *
 * @param path k6
 * @throws {Error} where k6 fails, other than by a threshold, or is ended by the signal
 */
export async function runScenario(path: string, plan: ScenarioPlan): Promise<ScenarioResult> {
  const { scenario, url, connections, cores, signal } = plan;
  const share = find(scenario).rate;
  const env = {
    BASE_URL: url,
    DURATION: `${plan.duration ?? durationOf(scenario)}s`,
    ...(connections && { VUS: String(connections) }),
    ...(plan.rate && share && { RATE: String(Math.max(1, Math.round(plan.rate * share))) }),
    // Those of whoever runs the bench are none of ours.
    EVENT: plan.event ?? '',
    OBJECTIVE: '',
  };
  const result = await runScript(path, scenario, env, { cores, signal });
  const generator = cpuOfLast(result.seconds, result.trace);
  return { load: loadOf(result), figures: result.figures ?? {}, generator };
}

function find(name: string): Scenario {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`There is no scenario "${name}".`);
  return scenario;
}
