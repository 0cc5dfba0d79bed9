import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How a process is, whichever of Node, Bun and Deno runs it. */
export interface Vitals {
  pid: number;
  /** How much later than it was due a timer ran since the last look, all but one in a hundred, in ms; null at first. */
  late: number | null;
  /** What the JavaScript heap holds beside code, after all garbage was collected, in bytes; null where that cannot be asked for. */
  objects: number | null;
  /** What the JavaScript heap has of the system then, garbage and free room included, in bytes. */
  heapTotal: number;
}

/** How often a timer runs whose delay is looked at, in ms. */
const PERIOD = 10;

/**
 * Watches this process: what Node's `monitorEventLoopDelay` does for Node alone (Deno's stays at 0), and a
 * collection of garbage at each look.
 */
export class Watcher {
  readonly #collect = findCollector();
  #late: number[] = [];
  #ranAt = performance.now();

  constructor() {
    const timer = setInterval(() => {
      const now = performance.now();
      this.#late.push(Math.max(0, now - this.#ranAt - PERIOD));
      this.#ranAt = now;
    }, PERIOD);
    // The process ends when it wants to.
    timer.unref();
  }

  /** How it is now; its own collection is no delay of the next look. */
  look(): Vitals {
    const sorted = this.#late.sort((one, other) => one - other);
    const late = sorted[Math.floor(sorted.length * 0.99)] ?? null;
    this.#collect?.();
    const { heapTotal } = process.memoryUsage();
    const objects = this.#collect ? readObjects() : null;
    this.#late = [];
    this.#ranAt = performance.now();
    return { pid: process.pid, late, objects, heapTotal };
  }
}

/**
 * What the heap holds, in bytes, without code: what is compiled, optimised and thrown away again goes up and down by
 * hundreds of KiB as long as a server runs. V8 has spaces of their own for code and what belongs to it. JavaScriptCore
 * has it outside of its cells, as it has the contents of strings and buffers.
 */
function readObjects(): number {
  if ('Bun' in globalThis) {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed - external;
  }
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => !/code|trusted/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

/** What collects all garbage at once; undefined where nothing does. */
function findCollector(): (() => void) | undefined {
  const { Bun, gc } = globalThis as { Bun?: { gc(now: true): void }; gc?: () => void };
  if (Bun) return () => Bun.gc(true);
  if (gc) return gc;
  try {
    setFlagsFromString('--expose-gc');
    return runInNewContext('gc');
  } catch {
    return undefined;
  }
}
