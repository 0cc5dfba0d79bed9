import { coreCount } from './pinning.js';
import type { Cpu, Usage } from './result.js';
import { readStolen, readThrottled, type Stolen, sharesBetween } from './sample/machine.js';
import { readMemory, readResident } from './sample/memory.js';
import { readUsage } from './sample/tree.js';

/** What was used so far, at a point in time. */
export interface Reading {
  /** `process.hrtime`, in ms. */
  at: number;
  server: Cpu | null;
  postgres: Cpu | null;
  runner: Cpu;
  /** Of the machine; null where the system does not tell. */
  stolen: Stolen | null;
  /** ms */
  throttled: number;
}

/** What the load between two readings was. */
interface Work {
  requests: number;
  generator: Cpu;
  /** How many cores the generator can use, and how long it did, in s: all the time, unless it is told. */
  cores: number;
  seconds?: number;
}

/** How often memory is looked at, in ms. */
const MEMORY_INTERVAL = 250;

/** Reads what a server and its PostgreSQL use. */
export class Meter {
  #memory: { rss: number; pss: number | null } | undefined;

  /**
   * @param server its process id; undefined where it is not on this machine
   * @param postgres PostgreSQL's; undefined where it is not ours
   * @param cores the server's: time stolen from others does not matter to it; undefined: all
   * @param processes how many of the server's processes can work at a time
   */
  constructor(
    readonly server: number | undefined,
    readonly postgres: number | undefined,
    readonly cores?: string,
    readonly processes = Number.POSITIVE_INFINITY,
  ) {}

  /**
   * Reads what was used so far.
   *
   * @throws {Error} where the server, or PostgreSQL, has ended: what is gone has not used nothing
   */
  async read(): Promise<Reading> {
    const { server, postgres } = this;
    const [usage, database] = await Promise.all(
      [server, postgres].map((root) => (root === undefined ? null : readUsage(root))),
    );
    if (usage?.cpu === 0) throw new Error('the server ended while it was measured');
    if (database?.cpu === 0) throw new Error('PostgreSQL ended while it was measured');
    return {
      at: usage?.now ?? Number(process.hrtime.bigint()) / 1e6,
      server: usage ?? null,
      postgres: database ?? null,
      runner: process.cpuUsage(),
      stolen: readStolen(),
      throttled: readThrottled(),
    };
  }

  /** Looks at the server's memory for as long as the work lasts; `usage` then tells the highest. */
  async watching<T>(work: () => Promise<T>): Promise<T> {
    const { server } = this;
    if (server === undefined) return work();
    // PSS is dear, and what is shared hardly changes: it is asked for once, before the load.
    const { rss, pss } = await readMemory(server);
    this.#memory = { rss, pss };
    const look = async () => {
      const resident = await readResident(server);
      if (this.#memory && resident <= this.#memory.rss) return;
      this.#memory = { rss: resident, pss: pss && Math.round(resident - (rss - pss)) };
    };
    const ticker = setInterval(look, MEMORY_INTERVAL);
    try {
      return await work();
    } finally {
      clearInterval(ticker);
      await look();
    }
  }

  /** What was used between two readings. */
  usage(from: Reading, to: Reading, { requests, generator, cores, ...work }: Work): Usage {
    const seconds = round((to.at - from.at) / 1000);
    const busy = total(generator) / 1e6 / (work.seconds ?? seconds) / cores;
    const server = from.server && to.server && minus(to.server, from.server);
    const postgres = from.postgres && to.postgres && minus(to.postgres, from.postgres);
    const serverCores = Math.min(this.processes, coreCount(this.cores));
    // It is looked at by `watching`, or not at all.
    const memory = this.#memory ?? { rss: null, pss: null };
    const runner = minus(to.runner, from.runner);
    const numbers = this.cores?.split(',').map(Number);
    const machine = from.stolen && to.stolen && sharesBetween(from.stolen, to.stolen, numbers);
    // Where nothing is pinned, all of the run is on the server's cores.
    const ours = [server, ...(this.cores === undefined ? [postgres, generator, runner] : [])];
    const oursBusy = ours.reduce((sum, cpu) => sum + (cpu ? total(cpu) : 0), 0) / 1e6 / seconds;
    return {
      seconds,
      requests,
      server: server && { ...server, ...memory },
      postgres,
      generator,
      serverBusy: server && round(total(server) / 1e6 / seconds / serverCores),
      generatorBusy: round(busy),
      runnerBusy: round(total(runner) / 1e6 / seconds),
      // What is not ours to look at is not told apart from others.
      othersBusy:
        machine && server && (postgres || this.cores !== undefined)
          ? round(machine.busy - oursBusy / coreCount(this.cores))
          : null,
      stolen: machine && round(machine.stolen),
      throttled: to.throttled - from.throttled,
    };
  }
}

/** Shares and seconds, as precisely as they are known. */
const round = (value: number) => Math.round(value * 1e4) / 1e4;

const total = ({ user, system }: Cpu) => user + system;

/** CPU time between two readings. */
export function minus(to: Cpu, from: Cpu): Cpu {
  return { user: Math.round(to.user - from.user), system: Math.round(to.system - from.system) };
}
