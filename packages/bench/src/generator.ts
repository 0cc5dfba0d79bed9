import type { Meter } from './meter.js';
import type { GeneratorVersion, Load, Usage } from './result.js';

/** What is to be loaded, and how. */
export interface LoadPlan {
  /** The operationId. */
  event: string;
  /** The server's base URL. */
  url: string;
  /** How long, in s. */
  duration: number;
  connections: number;
  /** requests/s; undefined: each connection sends its next request when the last is answered. */
  rate?: number;
  /** The cores to keep to, as `taskset` takes them; undefined: any. */
  cores: string | undefined;
  /** Ends the generator. */
  signal: AbortSignal;
}

/** What came of a load. */
export interface Measured {
  load: Load;
  usage: Usage;
  /** All requests that were answered, those before the measurement too. */
  answered: number;
}

/** What was answered, or used, in the time that is measured is not known: there are no figures. */
export class NotCounted extends Error {
  override name = 'NotCounted';

  /** @param rest what is known of the load all the same */
  constructor(
    reason: string,
    readonly rest: Pick<Load, 'errors' | 'seen'> & Pick<Measured, 'answered'>,
  ) {
    super(`what was done in that time is not known: ${reason}`);
  }
}

/** A generator was ended by somebody else, or ended by itself: that says nothing about the server. */
export class GeneratorDied extends Error {
  override name = 'GeneratorDied';

  /** @param end the signal, exit code or last words */
  constructor(generator: GeneratorVersion['name'], end: string) {
    super(`${generator} died (${end}${end === 'SIGKILL' ? ', as where memory runs out' : ''})`);
  }
}

/** A load generator: a program of its own, so that its CPU time is apart from ours. */
export interface Generator extends GeneratorVersion {
  /**
   * Loads a server and measures what it uses.
   *
   * @throws {GeneratorDied} where the program was ended by another
   * @throws {NotCounted} where it is not known what was done in the time that is measured
   * @throws {Error} where it fails, or is ended by the signal
   */
  measure(plan: LoadPlan, meter: Meter): Promise<Measured>;
  /** Ends what it keeps running between loads, where it does. */
  stop?(): Promise<void>;
}
