import { seeded, shuffled } from './stats/random.js';

/** What a run does: the same plan and seed do the same, in the same order. */
export interface Plan {
  /** The targets' names, and that of the control. */
  names: string[];
  /** The target that runs twice in each round, the second time under `control.name`: A against A. */
  control: { target: string; name: string } | null;
  /** operationIds */
  events: string[];
  rounds: number;
  /** Seconds measured for each cell. */
  duration: number;
  connections: number;
  generator: 'k6' | 'autocannon';
  poolSize: number;
  /** A number, or `auto`. */
  workers: string;
  seed: number;
}

/** How long each event is loaded before it is measured, in s. */
export const WARM_UP = 1;

/** What a cell takes beside the time loaded, and a target beside its cells, in s: for the time left. */
const CELL_OVERHEAD = 0.7;
const TARGET_OVERHEAD = 4.5;

/** How long a plan takes, in s, about. */
export function secondsOf({ names, events, rounds, duration }: Plan): number {
  const target = TARGET_OVERHEAD + events.length * (WARM_UP + duration + CELL_OVERHEAD);
  return rounds * names.length * target;
}

/**
 * The names in the order of a round: shuffled, so that drift of the machine falls on all alike.
 *
 * @param round 1 is the first
 */
export function orderOf({ names, seed }: Plan, round: number): string[] {
  return shuffled(names, seeded(seed * 1000 + round));
}

/** The target that a name in a plan stands for. */
export function targetOf({ control }: Plan, name: string): string {
  return control?.name === name ? control.target : name;
}
