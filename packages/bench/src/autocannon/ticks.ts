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
   * @throws {RangeError} where nothing was counted since
   */
  at(at: number): Tick {
    const index = this.#ticks.findIndex((tick) => tick.at >= at);
    const after = this.#ticks[index];
    const before = this.#ticks[index - 1] ?? after;
    if (!after || !before) throw new RangeError('there is no tick after that time');
    const share = after.at === before.at ? 1 : (at - before.at) / (after.at - before.at);
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
