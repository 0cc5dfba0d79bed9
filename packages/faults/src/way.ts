import type { Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';

/** What happens to bytes on their way. */
export interface Toxics {
  /** How much later they arrive, in ms, each way. */
  latency?: number;
  /** At most as many of them arrive at once. */
  slice?: number;
  /** They do not arrive at all, for as long as this is set; connections are accepted. */
  blackHole?: boolean;
}

/** How often a black hole looks whether it is one still, in ms. */
const LOOK = 10;

/** What waits at the most before its sender has to, in bytes. */
const MAX_WAITING = 1 << 20;

/** Carries bytes one way, from a socket to another. */
export class Way {
  /** Called with the number of bytes that have gone this way so far. */
  onSent: (bytes: number) => void = () => {};
  #sent = 0;
  #waiting = 0;
  #last = Promise.resolve();

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly toxics: () => Toxics,
  ) {
    from.on('data', (bytes: Buffer) => {
      const due = performance.now() + (toxics().latency ?? 0);
      this.#waiting += bytes.length;
      if (this.#waiting > MAX_WAITING) from.pause();
      this.#then(due, () => this.#send(bytes));
    });
    from.on('end', () => {
      const due = performance.now() + (toxics().latency ?? 0);
      this.#then(due, async () => void this.to.end());
    });
  }

  /** One after the other, none before it is due. */
  #then(due: number, act: () => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      while (this.toxics().blackHole && !this.to.destroyed) await sleep(LOOK);
      if (!this.to.destroyed) await act();
    });
  }

  async #send(bytes: Buffer): Promise<void> {
    const slice = this.toxics().slice ?? bytes.length;
    for (let at = 0; at < bytes.length && !this.to.destroyed; at += slice) {
      const part = bytes.subarray(at, at + slice);
      if (!this.to.write(part)) await drained(this.to);
      this.#sent += part.length;
      this.onSent(this.#sent);
      // A segment of its own.
      if (slice < bytes.length) await tick();
    }
    this.#waiting -= bytes.length;
    if (this.#waiting <= MAX_WAITING) this.from.resume();
  }
}

/** When it takes more, or nothing any more. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve).once('close', () => resolve());
  });
}
