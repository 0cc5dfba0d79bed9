/** How often a line is said where lines stay, in ms. */
const INTERVAL = 2000;

/** Tells on stderr how far something is: one line that changes on a terminal, one now and then elsewhere. */
export class Progress {
  #saidAt = Date.now();

  /** @param total how much there is to do */
  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  /** Says how much is done. */
  did(done: number): void {
    const { isTTY } = process.stderr;
    if (Date.now() - this.#saidAt < (isTTY ? INTERVAL / 10 : INTERVAL)) return;
    this.#saidAt = Date.now();
    const line = `${this.what}: ${Math.min(done, this.total)} of ${this.total}`;
    process.stderr.write(isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Takes the line away, so that another one can stand there. */
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
