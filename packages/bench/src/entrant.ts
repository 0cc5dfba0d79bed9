import { runSuite } from '@heptathlon/conformance';
import type { RunningTarget } from '@heptathlon/targets';
import { explainDeath, openContender, type Setting, targetOf, telling } from './contender.js';
import type { OwnDatabase } from './database.js';
import { GeneratorDied } from './generator.js';
import { Meter } from './meter.js';
import { phasesOf, rowsIn } from './phases.js';
import { contenderOf } from './plan.js';
import { type Probe, startProbe } from './probe/probe.js';
import type { Cell, Start } from './result.js';
import { readResident } from './sample/memory.js';

/** What it takes to load an entrant. */
export interface Ready {
  url: string;
  meter: Meter;
  /** Looks into it, where the run is a diagnostic one. */
  probe: Probe | undefined;
}

/** A contender in a round: its server, and what comes of it. */
export class Entrant {
  readonly cells: Cell[];
  readonly start: Start;
  /** Rows of `world` in all answers so far. */
  rowsAnswered = 0;
  readonly #setting: Setting;
  #server: RunningTarget | undefined;
  #ready: Ready | undefined;
  #probe: Probe | undefined;
  #rows: { of: OwnDatabase['rows']; before: number } | undefined;
  #hasDied = false;

  constructor(
    readonly round: number,
    readonly name: string,
    setting: Setting,
  ) {
    this.#setting = setting;
    this.cells = setting.plan.events.map((event) => ({
      ...{ round, name, event, warmUp: null, phases: {} },
    }));
    this.start = { round, name, readyAfter: null, memory: null, rows: null };
  }

  /** undefined where it cannot be loaded: its cells say why. */
  get ready(): Ready | undefined {
    return this.#ready;
  }

  /**
   * Starts the server; all cells are void where that fails.
   *
   * @throws the signal's reason
   */
  async enter(): Promise<void> {
    await this.attempt(async () => {
      const { plan, database, progress, pinning } = this.#setting;
      const runsAlready = 'url' in targetOf(this.name, this.#setting);
      progress.doing(`${this.name}: starting`);
      // What runs already has its own.
      const own = runsAlready ? undefined : await database.of(this.name);
      if (own) this.#rows = { of: own.rows, before: await own.rows.read() };
      if (plan.diagnostic) this.#probe = await startProbe();
      const server = await openContender(this.name, {
        ...this.#setting,
        database: own ?? database,
        probe: this.#probe,
      });
      this.#server = server;
      void server.exited.then(() => {
        this.#hasDied = true;
      });
      this.start.readyAfter = server.readyAfter;
      // One that has ended has none.
      if (server.pid !== undefined) this.start.memory = (await readResident(server.pid)) || null;
      const workers = Number(contenderOf(plan, this.name).workers);
      const processes = runsAlready || Number.isNaN(workers) ? undefined : workers;
      const postgres = runsAlready ? undefined : database.pid;
      const meter = new Meter(server.pid, postgres, pinning?.server, processes);
      this.#ready = { url: server.url, meter, probe: this.#probe };
    });
  }

  /**
   * Proves it with the conformance suite; all cells are void where it breaks a rule.
   *
   * @throws the signal's reason
   */
  async prove(): Promise<void> {
    const { ready } = this;
    if (!ready) return;
    const known = targetOf(this.name, this.#setting).breaks ?? [];
    await this.attempt(async () => {
      const broken = await findBroken(ready.url, known, this.#setting.signal);
      if (broken) throw new Error(broken);
    });
  }

  /**
   * Does something with the server, where it can be; what fails, or ends it, makes all cells void that have
   * no figures yet.
   *
   * @throws the signal's reason
   * @throws {GeneratorDied} which is no fault of the server
   */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (this.#hasDied && this.#server) throw new Error(await explainDeath(this.#server));
    } catch (error) {
      const { signal, plan, progress } = this.#setting;
      signal.throwIfAborted();
      if (error instanceof GeneratorDied) throw error;
      const reason = telling(error instanceof Error ? error.message : String(error));
      this.#ready = undefined;
      for (const { phases } of this.cells) {
        for (const phase of phasesOf(plan)) {
          phases[phase] ??= { load: null, usage: null, void: reason };
        }
      }
      progress.say(`round ${this.round}, ${this.name}: void, ${reason}`);
    }
  }

  /** Stops the server. */
  async leave(): Promise<void> {
    this.#ready = undefined;
    await this.#server?.stop();
    await this.#probe?.close();
  }

  /**
   * Finds out what PostgreSQL read for the server, which has stopped.
   *
   * @throws {Error} where PostgreSQL does not tell
   */
  async account(): Promise<void> {
    if (!this.#rows || !this.#server || this.#setting.signal.aborted) return;
    const { of, before } = this.#rows;
    const answered = this.rowsAnswered;
    const read = (await of.readUntil(before + answered)) - before;
    this.start.rows = { read, answered };
    if (read < answered) this.#voidUnread(read);
  }

  /** Fewer rows were read than were in the answers: these came from somewhere else. */
  #voidUnread(read: number): void {
    const reason = `PostgreSQL read ${read} rows, the answers held ${this.rowsAnswered}`;
    for (const { event, phases } of this.cells) {
      if (rowsIn(event) === 0) continue;
      for (const phase of Object.values(phases)) phase.void = reason;
    }
  }
}

/** Which rules a server breaks beside those that it is known to break, or null. */
async function findBroken(
  url: string,
  known: string[],
  signal: AbortSignal,
): Promise<string | null> {
  const { results } = await runSuite(url, { signal });
  signal.throwIfAborted();
  const rules = results
    .filter(({ status, rule }) => status === 'failed' && !known.includes(rule))
    .map(({ rule }) => rule);
  if (rules.length === 0) return null;
  return `it breaks the rule book: ${rules.join(', ')} (--no-proof measures it all the same)`;
}
