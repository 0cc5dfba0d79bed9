import type { Driver } from '@heptathlon/targets';
import type { Machine } from '../machine.js';
import type { MetricName } from './metrics.js';

/** What a soak found: everything is worked out from this. */
export interface SoakResults {
  kind: 'soak';
  version: 1;
  startedAt: string;
  /** Whether it was ended before its time. */
  interrupted: boolean;
  command: string;
  commit: string | null;
  dirty: boolean;
  machine: Machine;
  postgres: { version: string; embedded: boolean };
  plan: SoakPlan;
  /** With which V8 ran in all servers on Node and Deno; results from before this was recorded have none. */
  v8Flags?: string[];
  /** How many processes ran or wanted to, over a minute, at each sample. */
  loadAverages: number[];
  servers: ServerResult[];
}

/** What is done. All times are in s. */
export interface SoakPlan {
  /** Decides the order of the faults. */
  seed: number;
  duration: number;
  /** The samples of this first part do not count. */
  warmUp: number;
  /** Between two samples. */
  interval: number;
  /** After a fault is over, how long there is none; null: there never is one. */
  faultInterval: number | null;
  /** How long it is tried what a server can take. */
  saturation: number;
  /** How many servers run at the same time. */
  sideBySide: number;
}

/** What became of a server. All times are in s since its load began. */
export interface ServerResult {
  name: string;
  framework: string | null;
  version: string | null;
  runtime: string;
  /** What it reads rows by; not there for a server that is not of this repository. */
  driver?: Driver;
  /** requests/s of the mix at saturation, alone on the machine. */
  capacity: number;
  /** requests/s that were sent. */
  rate: number;
  answers: Answers;
  /** How it ended, where it ended by itself. */
  died: string | null;
  /** When samples were taken. */
  at: number[];
  /** One for each time; null where it could not be had. */
  samples: Record<MetricName, (number | null)[]>;
  faults: Window[];
}

/** What came of the requests. */
export interface Answers {
  sent: number;
  right: number;
  /** 503 to an event that reads rows, while the database was disturbed. */
  excused: number;
  /** Anything else. */
  wrong: number;
  dropped: number;
  /** The first few that were wrong. */
  examples: { at: number; event: string; why: string }[];
}

/** A time in which a fault was injected, or felt. */
export interface Window {
  fault: string;
  /** Whether what reads rows might be answered with 503. */
  isOfDatabase: boolean;
  from: number;
  to: number;
}
