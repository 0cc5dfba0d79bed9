import type { Odd, Report } from './load/messages.js';
import type { Answers, Window } from './result.js';

/** So many wrong answers are told. */
const EXAMPLES = 20;

/** The events that read rows: what they answer where the database is disturbed is 503. */
const readingRows = new Set(['db', 'queries', 'template']);

/** Counts what came of the requests to a server. */
export class Tally {
  #sent = 0;
  #right = 0;
  #dropped = 0;
  #wrong = 0;
  readonly #examples: Odd[] = [];
  /** They are judged in the end: until then it is not known how long a fault was felt. */
  readonly #unavailable: Odd[] = [];

  add({ sent, right, dropped, odd }: Report): void {
    this.#sent += sent;
    this.#right += right;
    this.#dropped += dropped;
    for (const one of odd) {
      if (one.unavailable && readingRows.has(one.event)) this.#unavailable.push(one);
      else this.#blame(one);
    }
  }

  /**
   * @param startedAt when the load began, as `now()` says it
   * @param windows the times of all faults
   */
  settle(startedAt: number, windows: Window[]): Answers {
    const seconds = (at: number) => (at - startedAt) / 1000;
    const disturbed = windows.filter(({ isOfDatabase }) => isOfDatabase);
    const isExcused = ({ from, to }: Odd) =>
      disturbed.some((window) => seconds(from) < window.to && seconds(to) > window.from);
    const excused = this.#unavailable.filter(isExcused);
    for (const one of this.#unavailable) if (!isExcused(one)) this.#blame(one);
    return {
      ...{ sent: this.#sent, right: this.#right, excused: excused.length },
      ...{ wrong: this.#wrong, dropped: this.#dropped },
      examples: this.#examples.map(({ to, took, event, why }) => ({
        at: Math.round(seconds(to) * 1000) / 1000,
        ...{ event, why: `${why} after ${Math.round(took)} ms` },
      })),
    };
  }

  #blame(one: Odd): void {
    this.#wrong++;
    if (this.#examples.length < EXAMPLES) this.#examples.push(one);
  }
}
