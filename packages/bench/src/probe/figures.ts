/** What a Node process did between two points in time. */
export interface ProbeFigures {
  pid: number;
  /** How long, in s. */
  seconds: number;
  /** How much later than they were due timers ran, looked at each ms, in ms; null where none ran. */
  delay: Record<'p50' | 'p99' | 'max', number | null>;
  /** The share of the time that the event loop was not waiting, from 0 to 1. */
  utilisation: number;
  /** Garbage collections: how many, and how long they took, in ms. */
  gc: Partial<Record<GcKind, { count: number; ms: number }>>;
  /** At the end, in bytes. */
  heapUsed: number;
}

export type GcKind = 'minor' | 'minorMarkSweep' | 'major' | 'incremental' | 'weakCallbacks';

/** What the runner asks of a process, a line each: it answers with a line of JSON. */
export type Command = 'reset' | 'read' | 'vitals';

/** The variable that tells a process the runner's port. */
export const PORT_VARIABLE = 'HEPTATHLON_PROBE_PORT';
