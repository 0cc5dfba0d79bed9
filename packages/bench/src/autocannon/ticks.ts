import type { Tick } from './messages.js';

/** So many are kept: they are asked for within a few ms. */
const KEPT = 50;

/** What was counted lately, every few ms: to tell what it was at a point in time in between. */
export class Ticks {
  readonly #ticks: Tick[] = [];

  add(tick: Tick): void {
    this.#ticks.push(tick);
    if (this.#ticks.length > KEPT) this.#ticks.shift();
  }

  /**
   * What the ticks around a point in time say of it: between two of them everything is even.
   *
   * @param at `process.hrtime`, in ms
   * @throws {RangeError} where it is before the oldest tick that is kept, or nothing was counted since
   */
  at(at: number): Tick {
    const index = this.#ticks.findIndex((tick) => tick.at >= at);
    const after = this.#ticks[index];
    if (!after) throw new RangeError('nothing was counted since');
    if (after.at === at) return after;
    const before = this.#ticks[index - 1];
    if (!before) {
      const late = Math.ceil(after.at - at);
      throw new RangeError(`the oldest count that was kept is ${late} ms younger`);
    }
    const share = (at - before.at) / (after.at - before.at);
    const mix = (from: number, to: number) => from + (to - from) * share;
    return {
      at,
      requests: mix(before.requests, after.requests),
      cpu: {
        user: mix(before.cpu.user, after.cpu.user),
        system: mix(before.cpu.system, after.cpu.system),
      },
    };
  }
}
