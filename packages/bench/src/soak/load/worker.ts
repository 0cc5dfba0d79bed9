// Loads all servers of a soak, as it is told by the runner: in a process of its own.
import { now } from '../clock.js';
import { CONNECTIONS, openPool, send } from './client.js';
import type { Command, Message, Odd, Paced, Report } from './messages.js';
import { requestOf } from './requests.js';

/** How often is looked whether requests are due, and how often is told what came of them, in ms. */
const STEP = 5;
const REPORT = 500;

/** So many wait for their answers: more are not sent. */
const WAITING = 4096;

/** A server that gives so many wrong answers when it is saturated is not worth a longer look. */
const ENOUGH = 100;

const tell = (message: Message) => process.send?.(message);
let stop = () => {};

process.on('message', (command: Command) => {
  if ('saturate' in command) void saturate(command.saturate);
  else if ('pace' in command) stop = pace(command.pace);
  else stop();
});
// The runner has gone: nobody is left to load for.
process.on('disconnect', () => process.exit());
tell({ ready: true });

/** Each connection sends its next request when the last is answered. */
async function saturate({ url, seconds }: { url: string; seconds: number }): Promise<void> {
  const pool = openPool(url);
  const odd: Odd[] = [];
  const from = now() + 1000;
  const until = from + (seconds - 1) * 1000;
  let [number, right] = [0, 0];
  const oneByOne = (ended: () => void) => {
    send(pool, requestOf(number++), (wrong) => {
      const at = now();
      // One that has more than it can do says so.
      if (wrong && !wrong.unavailable) odd.push(wrong);
      if (!wrong && at >= from && at < until) right++;
      if (at < until && odd.length < ENOUGH) oneByOne(ended);
      else ended();
    });
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => new Promise<void>(oneByOne)));
  await pool.close();
  tell({ saturated: { rate: right / (seconds - 1), odd } });
}

/** Sends requests when they are due, whether or not others have been answered; returns what ends it. */
function pace(all: Paced[]): () => void {
  const loads = all.map((paced, index) => new Load(paced, index / all.length));
  const step = setInterval(() => {
    const at = now();
    for (const load of loads) load.sendDue(at);
  }, STEP);
  const report = () => tell({ reports: loads.map((load) => load.report()) });
  const reports = setInterval(report, REPORT);
  return async () => {
    clearInterval(step);
    await Promise.all(loads.map((load) => load.close()));
    clearInterval(reports);
    report();
    tell({ ended: true });
  };
}

/** The load of a server. */
class Load {
  readonly #pool;
  readonly #startedAt = now();
  #due = 0;
  #waiting = 0;
  #report: Report;

  /** @param phase from 0 to 1, so that not all are sent their requests at the same time */
  constructor(
    private readonly paced: Paced,
    private readonly phase: number,
  ) {
    this.#pool = openPool(paced.url);
    this.#report = this.#empty();
    // Opens all connections: when they are opened shall not depend on when a busy machine is late. The mix begins
    // with plaintext, which costs least.
    for (let open = 0; open < CONNECTIONS; open++) this.#send(0);
  }

  sendDue(at: number): void {
    const due = ((at - this.#startedAt) / 1000) * this.paced.rate + this.phase;
    for (; this.#due + 1 <= due; this.#due++) this.#send(this.#due);
  }

  report(): Report {
    const report = this.#report;
    this.#report = this.#empty();
    return report;
  }

  /** Waits for the answers that are due. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #send(number: number): void {
    if (this.#waiting >= WAITING) return void this.#report.dropped++;
    this.#waiting++;
    this.#report.sent++;
    send(this.#pool, requestOf(number), (odd) => {
      this.#waiting--;
      if (odd) this.#report.odd.push(odd);
      else this.#report.right++;
    });
  }

  #empty(): Report {
    return { name: this.paced.name, sent: 0, right: 0, odd: [], dropped: 0 };
  }
}
