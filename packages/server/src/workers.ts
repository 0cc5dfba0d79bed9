import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { Address, Listening } from './serve.js';

/** As many deaths within `LOOP_WINDOW` ms end the program: restarting does not help. */
const LOOP_DEATHS = 5;
const LOOP_WINDOW = 10_000;

/** Whether the workers' sockets belong to this process, which gives each worker that asks for port 0 the same one. */
const sharesSockets = !process.versions.bun && !process.versions.deno;

/** Workers that listen, or are about to. */
export interface Workers extends Pick<Listening, 'close'> {
  /** Settles when all of them listen. */
  address: Promise<Address>;
}

/**
 * Starts as many workers as the configuration says, each running this very program, and replaces one that dies. The
 * program ends with exit code 1 when a worker cannot start, or when workers die again and again.
 */
export function superviseWorkers({ workers: count, port }: Config, log: Logger): Workers {
  const env: NodeJS.ProcessEnv = {};
  const deaths: number[] = [];
  let stopping = false;

  function fork(): Promise<Address> {
    const worker = cluster.fork(env);
    return new Promise((resolve) => {
      let listening = false;
      // Not `listening`, which only Node's own servers say.
      worker.once('message', (address: Address) => {
        listening = true;
        resolve(address);
      });
      worker.once('exit', (code, signal) => {
        if (stopping) return;
        // It could not start, and has said why.
        if (!listening && signal === null) return giveUp();
        log.error({ worker: worker.process.pid, code, signal }, 'a worker died; starting another');
        const now = Date.now();
        deaths.push(now);
        if (deaths.filter((time) => now - time < LOOP_WINDOW).length < LOOP_DEATHS) {
          void fork().then(resolve);
        } else {
          log.fatal(`${LOOP_DEATHS} workers died within ${LOOP_WINDOW / 1000} s: giving up`);
          giveUp();
        }
      });
    });
  }

  function giveUp(): void {
    if (stopping) return;
    void close().then(() => process.exit(1));
  }

  async function close(): Promise<void> {
    stopping = true;
    await Promise.all(workers().map(stopWorker));
  }

  async function start(): Promise<Address> {
    const first = fork();
    // Any port is the one that the first worker finds. Node's workers share it; those of Bun and Deno listen for themselves.
    if (port === 0 && !sharesSockets) env.PORT = String((await first).port);
    const [address] = await Promise.all([first, ...Array.from({ length: count - 1 }, fork)]);
    return address;
  }

  return { address: start(), close };
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    if (worker.isDead()) return resolve();
    try {
      // Not by its own `kill`, after which Deno takes it for dead at once.
      process.kill(Number(worker.process.pid), 'SIGTERM');
    } catch {
      // It has ended, and `exit` is about to say so.
    }
  });
}
