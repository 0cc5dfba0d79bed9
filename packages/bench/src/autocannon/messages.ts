import type { Cpu, Latency } from '../result.js';

/** What the runner tells the process that runs autocannon. */
export type Command =
  | { load: { event: string; url: string; connections: number } }
  | { count: { at: number } }
  | { stop: true };

/** How far it was, at a point in time. */
export interface Tick {
  /** `process.hrtime`, in ms: one clock for all processes. */
  at: number;
  /** Answers so far, right and wrong. */
  requests: number;
  /** What the process has used since it was started, in µs. */
  cpu: Cpu;
}

/** What came of a load. */
export interface End {
  requests: number;
  /** Requests that failed, had no answer, or a wrong one; and what these were. */
  errors: number;
  seen: string[];
  latency: Latency;
}

/** What the process tells the runner. */
export type Message =
  | { ready: true }
  | { count: Tick }
  /** How far it was at that time is not known, and why. */
  | { unknown: string }
  | { end: End }
  | { failed: string };
