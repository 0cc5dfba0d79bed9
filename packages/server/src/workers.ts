import cluster, { type Address, type Worker } from 'node:cluster';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Listening } from './serve.js';

/** As many deaths within `LOOP_WINDOW` ms end the program: restarting does not help. */
const LOOP_DEATHS = 5;
const LOOP_WINDOW = 10_000;

/** Workers that listen, or are about to. */
export interface Workers extends Pick<Listening, 'close'> {
  /** Settles when all of them listen. */
  address: Promise<Listening['address']>;
}

/**
 * Starts `count` workers, each running this very program, and replaces one that dies. The program ends
 * with exit code 1 when a worker cannot start, or when workers die again and again.
 */
export function superviseWorkers(count: number, log: Logger): Workers {
  const deaths: number[] = [];
  let stopping = false;

  function fork(): Promise<Address> {
    const worker = cluster.fork();
    return new Promise((resolve) => {
      let listening = false;
      worker.once('listening', (address) => {
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

  const addresses = Promise.all(Array.from({ length: count }, fork));
  return { address: addresses.then(([first]) => (first ? addressInfo(first) : null)), close };
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.once('exit', () => resolve());
    if (worker.isDead()) resolve();
    else worker.process.kill('SIGTERM');
  });
}

function addressInfo({ address, port, addressType }: Address): AddressInfo {
  return { address, port, family: addressType === 6 ? 'IPv6' : 'IPv4' };
}
