import {
  constants,
  type EventLoopUtilization,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GcKind, ProbeFigures } from './figures.js';

/** How often a timer runs whose delay is looked at, in ms. */
const RESOLUTION = 1;

const kinds: Record<number, GcKind> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  // `constants` has a name for it in new versions of Node only.
  2: 'minorMarkSweep',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakCallbacks',
};

/** What an entry of the type `gc` holds beside. */
type GcEntry = PerformanceEntry & { detail: { kind: number } };

/** Records what this process does. */
export class Recorder {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #observer = new PerformanceObserver((list) => this.#count(list.getEntries()));
  #gc: ProbeFigures['gc'] = {};
  #utilisation: EventLoopUtilization = performance.eventLoopUtilization();
  #startedAt = performance.now();

  constructor() {
    this.#delay.enable();
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Begins anew. */
  async reset(): Promise<void> {
    this.#delay.reset();
    // Delays are told from the timer's next turn on.
    await sleep(2 * RESOLUTION);
    // Those that are still to be told.
    this.#observer.takeRecords();
    this.#gc = {};
    this.#utilisation = performance.eventLoopUtilization();
    this.#startedAt = performance.now();
  }

  /** What happened since. */
  read(): ProbeFigures {
    this.#count(this.#observer.takeRecords());
    return {
      pid: process.pid,
      seconds: (performance.now() - this.#startedAt) / 1000,
      delay: {
        p50: this.#late(this.#delay.percentile(50)),
        p99: this.#late(this.#delay.percentile(99)),
        max: this.#late(this.#delay.max),
      },
      utilisation: performance.eventLoopUtilization(this.#utilisation).utilization,
      gc: this.#gc,
      heapUsed: process.memoryUsage().heapUsed,
    };
  }

  /** Of the time between two runs of a timer, in ns, what it was late, in ms; null where there was no run. */
  #late(between: number): number | null {
    return this.#delay.count === 0 ? null : Math.max(0, between / 1e6 - RESOLUTION);
  }

  #count(entries: PerformanceEntry[]): void {
    for (const { detail, duration } of entries as GcEntry[]) {
      const kind = kinds[detail.kind];
      if (!kind) continue;
      const { count, ms } = this.#gc[kind] ?? { count: 0, ms: 0 };
      this.#gc[kind] = { count: count + 1, ms: ms + duration };
    }
  }
}
