import type { Load } from './result.js';

/** What is to be loaded, and how. */
export interface LoadPlan {
  /** The operationId. */
  event: string;
  /** The server's base URL. */
  url: string;
  /** How long, in s. */
  duration: number;
  connections: number;
  /** The cores to keep to, as `taskset` takes them; undefined: any. */
  cores: string | undefined;
  /** Ends the generator. */
  signal: AbortSignal;
}

/** What the generator saw, and the CPU time that it took for it. */
export interface LoadReport {
  load: Load;
  /** µs */
  cpu: number;
}

/** A load generator: a program of its own, so that its CPU time is apart from ours. */
export interface Generator {
  name: 'k6' | 'autocannon';
  version: string;
  /** @throws {Error} where the program fails, or is ended by the signal */
  run(plan: LoadPlan): Promise<LoadReport>;
}
