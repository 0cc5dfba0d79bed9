import type { Machine } from './machine.js';
import type { Pinning } from './pinning.js';
import type { Plan } from './plan.js';

/** The version of the form of the results; it changes when a reader would have to. */
export const RESULTS_VERSION = 2;

/** Response times, in ms. */
export interface Latency {
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

/** What the load generator saw. */
export interface Load {
  requests: number;
  /** How long requests were sent, in s. */
  seconds: number;
  /** Requests that failed, or whose answer had another status or body than it should. */
  errors: number;
  latency: Latency;
}

/** What was used to serve the load. CPU time in µs, memory in bytes. */
export interface Cost {
  serverCpu: number;
  /** The highest resident memory of the server's process tree that was sampled. */
  serverRss: number;
  /** null where PostgreSQL is not ours and cannot be looked into. */
  postgresCpu: number | null;
  generatorCpu: number;
}

/** One target under one event, in one round. */
export interface Cell {
  /** 1 is the first. */
  round: number;
  /** The target's name, or the control's. */
  target: string;
  event: string;
  load: Load | null;
  cost: Cost | null;
  /** Why the figures mean nothing, where they do. */
  void: string | null;
}

/** A run, as it is written to the results file. */
export interface Results {
  version: typeof RESULTS_VERSION;
  /** ISO 8601. */
  startedAt: string;
  interrupted: boolean;
  /** Repeats the run. */
  command: string;
  commit: string | null;
  /** Whether files differed from the commit. */
  dirty: boolean;
  machine: Machine;
  generator: { name: 'k6' | 'autocannon'; version: string };
  postgres: { version: string; embedded: boolean };
  plan: Plan;
  /** Which cores were whose; null where nothing was pinned. */
  pinning: Pinning | null;
  targets: { name: string; framework: string; version: string }[];
  cells: Cell[];
}

/** The figures of a cell that are shown. */
export interface Figures {
  /** requests/s */
  throughput: number;
  latency: Latency;
  /** CPU time a request, in µs. */
  serverCost: number;
  postgresCost: number | null;
  generatorCost: number;
  /** MiB */
  memory: number;
  errors: number;
}

/** Derives the figures of a cell; undefined where nothing was measured. */
export function figures({ load, cost }: Cell): Figures | undefined {
  if (!load || !cost || load.requests === 0) return undefined;
  return {
    throughput: load.requests / load.seconds,
    latency: load.latency,
    serverCost: cost.serverCpu / load.requests,
    postgresCost: cost.postgresCpu === null ? null : cost.postgresCpu / load.requests,
    generatorCost: cost.generatorCpu / load.requests,
    memory: cost.serverRss / 2 ** 20,
    errors: load.errors,
  };
}
