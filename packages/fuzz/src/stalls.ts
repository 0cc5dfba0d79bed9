/** How often is looked, in ms. */
const INTERVAL = 50;
/** How much later than it should be a look counts as a stall, in ms. */
const LATE = 250;

/** Tells when this process itself did not come to its turn: then nobody's time can be told. */
export class Stalls {
  #lookedAt = performance.now();
  #lateAt = Number.NEGATIVE_INFINITY;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#lookedAt > INTERVAL + LATE) this.#lateAt = now;
      this.#lookedAt = now;
    }, INTERVAL);
    this.#timer.unref();
  }

  /** Whether there was one since a time of `performance.now()`. */
  since(time: number): boolean {
    return this.#lateAt >= time || performance.now() - this.#lookedAt > INTERVAL + LATE;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
