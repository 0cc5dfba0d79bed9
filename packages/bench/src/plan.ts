import type { Options } from './options.js';
import type { PhaseName } from './result.js';
import { seeded, shuffled } from './stats/random.js';

/** A target with a setting: what is compared. */
export interface Contender {
  /** The target's name, with the setting where several are compared: `hono`, `hono workers=2`. */
  name: string;
  target: string;
  /** A number, or `auto`. */
  workers: string;
  /** Connections to the database, for each worker. */
  poolSize: number;
  /** What saturates it, where several do. */
  generator?: SaturationGenerator;
}

export type SaturationGenerator = 'autocannon' | 'wrk' | 'k6';

/** What a run does: the same plan and seed do the same, in the same order. */
export interface Plan {
  contenders: Contender[];
  /** The contender that runs twice in each round, the second time under `name`: A against A. */
  control: { name: string; of: string } | null;
  /** operationIds; with a scenario, its name. */
  events: string[];
  rounds: number;
  connections: number;
  /** Each event is loaded, before it is measured, until its cost is steady, at most so many s. */
  warmUp: { limit: number };
  /** As many requests as the server takes, for so many s, in so many slices: all take turns. */
  saturation: { generator: SaturationGenerator; duration: number; slices: number } | null;
  /** So many requests/s, by event, for so many s; always by k6. */
  fixedRate: {
    duration: number;
    rates: Record<string, number>;
    /** In the first rounds only, so many, where it does not rank. */
    rounds?: number;
  } | null;
  /**
   * A scenario of k6 in the place of single events: how long, in s, the requests/s that it takes as its 100 %, null
   * where it needs none, and the event that it sends, where it does not choose itself.
   */
  scenario: { name: string; duration: number; rate: number | null; event?: string } | null;
  /** Whether a probe looks into the servers: it costs them time. */
  diagnostic: boolean;
  /** The commit whose servers, such as `hono@1a2b3c4`, ours are compared with. */
  against?: string;
  /** The servers did not have to pass the conformance suite. */
  unproved?: true;
  seed: number;
}

/** The plan of a run, before the rates are known. */
export function planOf(options: Options): Plan {
  const { targets, workers, poolSizes, generators, rounds, connections, seed } = options;
  const events = options.scenario ? [options.scenario.name] : options.events;
  const contenders = targets.flatMap(({ name }) =>
    workers.flatMap((each) =>
      poolSizes.flatMap((poolSize) =>
        generators.map((generator): Contender => {
          const setting = [
            ...(workers.length > 1 ? [`workers=${each}`] : []),
            ...(poolSizes.length > 1 ? [`pool=${poolSize}`] : []),
            ...(generators.length > 1 ? [`generator=${generator}`] : []),
          ];
          const own = { target: name, workers: each, poolSize };
          return {
            ...{ name: [name, ...setting].join(' '), ...own },
            ...(generators.length > 1 && { generator }),
          };
        }),
      ),
    ),
  );
  // What runs already cannot be had as another process.
  const first = contenders.find(({ target }) =>
    targets.some((each) => each.name === target && 'command' in each),
  );
  const control = options.control && first ? { name: `${first.name} again`, of: first.name } : null;
  const { saturation, fixedRate, rateRounds, rate } = options;
  const rates = rate === undefined ? {} : Object.fromEntries(events.map((event) => [event, rate]));
  return {
    ...{ contenders, control, events, rounds, connections, seed },
    diagnostic: options.diagnose,
    ...(options.against !== undefined && { against: options.against }),
    ...(!options.proof && { unproved: true }),
    warmUp: { limit: options.warmUp },
    saturation: saturation === null ? null : saturationOf(options, saturation),
    fixedRate:
      fixedRate === null
        ? null
        : {
            ...{ duration: Math.max(fixedRate, K6_SHORTEST), rates },
            ...(saturation !== null && rateRounds !== undefined && { rounds: rateRounds }),
          },
    scenario: options.scenario && { ...options.scenario, rate: rate ?? null },
  };
}

/** How long a slice is, in s, where the generator can do with it: the others start anew for each. */
const SLICE = { autocannon: 0.1, wrk: 1, k6: 1 };

function saturationOf({ generators, diagnose }: Options, duration: number): Plan['saturation'] {
  const [generator = 'autocannon'] = generators;
  const slice = Math.max(...generators.map((each) => SLICE[each]));
  // A probe tells of a phase as a whole.
  const slices = diagnose ? 1 : Math.max(1, Math.round(duration / slice));
  return { generator, duration, slices };
}

/** What a contender takes beside its phases, and a load beside its duration, in s: for the time left. */
const CONTENDER_OVERHEAD = 1.9;
const LOAD_OVERHEAD = 0.06;
const K6_OVERHEAD = 0.26;
/** k6 takes no less at a rate, in s. */
export const K6_SHORTEST = 1;
/** How long an event's first contender is loaded before the others, in s: the generator gets used to the event. */
export const HEAT = 0.5;
/** When most are steady, in s. */
const USUAL_WARM_UP = 0.6;

/** How long so many rounds of a plan take, in s, about. */
export function secondsOf(plan: Plan, rounds: number): number {
  const { events, warmUp, saturation, fixedRate, scenario } = plan;
  const names = namesOf(plan).length;
  const contenders = rounds * names;
  if (scenario) return contenders * (CONTENDER_OVERHEAD + scenario.duration + K6_OVERHEAD);
  const event =
    Math.min(warmUp.limit, USUAL_WARM_UP) +
    LOAD_OVERHEAD +
    (saturation ? saturation.duration + saturation.slices * LOAD_OVERHEAD : 0);
  const rated = events.length * Math.min(contenders, (fixedRate?.rounds ?? rounds) * names);
  return (
    contenders * (CONTENDER_OVERHEAD + events.length * event) +
    (fixedRate ? rated * (fixedRate.duration + K6_OVERHEAD) : 0) +
    rounds * events.length * HEAT
  );
}

/** Whether a round has a phase at the fixed rate. */
export const hasRate = ({ fixedRate }: Plan, round: number) =>
  fixedRate !== null && round <= (fixedRate.rounds ?? round);

/**
 * The phase whose cost ranks. Cost depends on how busy a server is, so only one and the same phase is
 * compared: saturation, where there is one. At a low rate the same server's costs are further apart.
 */
export function meritOf({ scenario, saturation }: Plan): PhaseName {
  if (scenario) return 'scenario';
  return saturation ? 'saturation' : 'fixedRate';
}

/** The names of all that runs in a round: the contenders' and the control's. */
export function namesOf({ contenders, control }: Plan): string[] {
  return [...contenders.map(({ name }) => name), ...(control ? [control.name] : [])];
}

/** What saturates a contender. */
export function generatorOf(plan: Plan, name: string): SaturationGenerator {
  return contenderOf(plan, name).generator ?? plan.saturation?.generator ?? 'autocannon';
}

/** The contender that a name stands for. @throws {RangeError} where it stands for none */
export function contenderOf({ contenders, control }: Plan, name: string): Contender {
  const asked = control?.name === name ? control.of : name;
  const found = contenders.find((contender) => contender.name === asked);
  if (!found) throw new RangeError(`the plan has no contender "${name}"`);
  return found;
}

/**
 * The names in the order of a round: shuffled, so that drift of the machine falls on all alike.
 *
 * @param round 1 is the first
 */
export function orderOf(plan: Plan, round: number): string[] {
  return shuffled(namesOf(plan), seeded(plan.seed * 1000 + round));
}
