/** Nobody waits longer for a line, in ms. */
const QUIET = 2000;

/** What so much of a run took tells how long the rest takes: a round begins with what counts as nothing. */
const TELLING = 0.2;

/** Tells how far a run is: one line that changes on a terminal, a line for each step elsewhere. */
export class Progress {
  readonly #startedAt = Date.now();
  #saidAt = 0;
  #done = 0;

  /**
   * @param total how much there is to do: a cell in a pass is one
   * @param seconds how long that takes, about: what is said until a part of it is done
   */
  constructor(
    private readonly total: number,
    private readonly seconds: number,
  ) {}

  /** Says what is being done; where lines stay, now and then. */
  doing(what: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${this.#state()}  ${what}`);
    else if (Date.now() - this.#saidAt >= QUIET) this.say(`${this.#state()}  ${what}`);
  }

  /** Says something that stays. */
  say(line: string): void {
    this.#saidAt = Date.now();
    process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${line}\n`);
  }

  /** Counts what is done. */
  did(count: number): void {
    this.#done += count;
  }

  #state(): string {
    const elapsed = (Date.now() - this.#startedAt) / 1000;
    const share = this.#done / this.total;
    const left =
      share < TELLING ? Math.max(0, this.seconds - elapsed) : (elapsed / share) * (1 - share);
    return `[${String(this.#done).padStart(2)}/${this.total}, ${clock(left)} left]`;
  }
}

/** Seconds as `m:ss`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
