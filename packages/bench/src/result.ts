import type { Driver } from '@heptathlon/targets';
import type { Machine } from './machine.js';
import type { Pinning } from './pinning.js';
import type { Plan } from './plan.js';

/** The version of the form of the results; it changes when a reader would have to. */
export const RESULTS_VERSION = 6;

/** A number that may be below 0: all others in results may not, and their schema says so. */
export type Signed = number;

/**
 * What a server goes through in a cell: as much as it can take (closed model), one rate for all (open
 * model), or a scenario of k6.
 */
export type PhaseName = 'saturation' | 'fixedRate' | 'scenario';

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
  /** What these were, as the generator saw it, a few words each; not there where there are none. */
  seen?: string[];
  /** Requests/s that were asked for; null in a closed loop. */
  rate: number | null;
  /** Requests that were not sent in time. */
  dropped: number;
  /** Not there where the phase is made of slices: their percentiles do not add up. */
  latency?: Latency;
  /**
   * The latencies' quantiles, close together: share from 0 to 1, and ms. There where the generator tells
   * them (k6); rounds are put together by them.
   */
  distribution?: [share: number, ms: number][];
}

/** CPU time, in µs. */
export interface Cpu {
  user: number;
  system: number;
}

/** What was used to serve a load. */
export interface Usage {
  /** How long the CPU times were added up, in s. */
  seconds: number;
  /** Requests that were answered in that time. */
  requests: number;
  /** null where the process is not on this machine; memory is the highest that was seen, in bytes, null likewise. */
  server: (Cpu & { rss: number | null; pss: number | null }) | null;
  /** null where PostgreSQL is not ours and cannot be looked into. */
  postgres: Cpu | null;
  generator: Cpu;
  /** The share of its cores' time that each used, from 0 to 1; null where it is not on this machine. */
  serverBusy: number | null;
  generatorBusy: number;
  /** The share of a core that the bench itself used, from 0 to 1. */
  runnerBusy: number;
  /**
   * The share of the server's cores' time that something took which belongs to no part of the run; null where it
   * is not known. Read in ticks of 10 ms: of a short time it can be a little below 0.
   */
  othersBusy: Signed | null;
  /** The share of this machine's time that another took (steal), null where the system does not tell; CPU time throttled, in ms. */
  stolen: number | null;
  throttled: number;
}

/** A figure of a scenario, beside load and usage. */
export interface Figure {
  value: Signed;
  unit: string;
}

/** A part of a phase. */
export interface Slice {
  /** null where they are not known: `leftOut` says why. */
  requests: number | null;
  /** In s; null likewise. */
  seconds: number | null;
  /** The server's, in µs a request; null where it is not known, or the server is not on this machine. */
  cost: number | null;
  /** Whether load and usage of the phase hold it. */
  counts: boolean;
  /** Why it has no figures, where it has none. */
  leftOut?: string;
}

/** What came of a phase. */
export interface Phase {
  load: Load | null;
  usage: Usage | null;
  /** What the phase is made of, where all contenders took turns; the half of them counts that was the faster. */
  slices?: Slice[];
  /** A scenario's own results, or what the probe found, by name. */
  figures?: Record<string, Figure>;
  /** How often it was measured; not there where once was enough. */
  attempts?: number;
  /** Why the figures mean nothing, where they do. */
  void: string | null;
}

/** How a server came to its speed. */
export interface WarmUp {
  /** Whether its cost came to rest before the limit. */
  steady: boolean;
  /**
   * The server's cost, in µs a request, at the end of each slice, in s since the first request; null where it is not
   * known: nothing was answered, or the server is not on this machine.
   */
  trace: { seconds: number; cost: number | null }[];
}

/** One server under one event, in one round. */
export interface Cell {
  /** 1 is the first. */
  round: number;
  /** The contender's name. */
  name: string;
  /** The operationId, or the scenario. */
  event: string;
  warmUp: WarmUp | null;
  phases: Partial<Record<PhaseName, Phase>>;
}

/** How a server started, in one round. */
export interface Start {
  round: number;
  name: string;
  /** From its start to its first answer, in ms; null where it was running before. */
  readyAfter: number | null;
  /** Resident memory before the first load, in bytes; null where the process is not on this machine. */
  memory: number | null;
  /**
   * Rows of `world` that PostgreSQL read in the round, and those that the answers held: no fewer, where
   * every query was really sent; more by those that the conformance suite reads. null where nothing was
   * loaded.
   */
  rows: { read: number; answered: number } | null;
}

/** What was found out before the first round. */
export interface Calibration {
  /** The most that k6 gets out of a server that does nothing, in requests/s, and its CPU time a request, in µs. */
  k6: { ceiling: number; cost: number } | null;
  /** By event: the slowest contender, and its requests/s at saturation. */
  slowest: Record<string, { name: string; throughput: number }>;
}

/** A program that sends requests. */
export interface GeneratorVersion {
  name: 'k6' | 'autocannon' | 'wrk';
  version: string;
}

/** A run, as it is written to the results file. `results.schema.json` describes it for other programs. */
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
  generators: GeneratorVersion[];
  postgres: { version: string; embedded: boolean };
  plan: Plan;
  /** Which cores were whose; null where nothing was pinned. */
  pinning: Pinning | null;
  /**
   * The framework's version is null for a server that is not of this repository; the runtime is told where it is known
   * not to be Node.
   */
  targets: {
    name: string;
    framework: string | null;
    version: string | null;
    runtime?: string;
    /** What it reads rows by; not there for a server that is not of this repository. */
    driver?: Driver;
    /** Rules of the rule book that it is known to break. */
    breaks?: string[];
  }[];
  calibration: Calibration;
  starts: Start[];
  cells: Cell[];
}
