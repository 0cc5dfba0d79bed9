import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@heptathlon/conformance/tools';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import { ask, type Event, events, flood } from '../src/index.js';
import { isLong, rule } from './rule.js';
import { startAll, startPostgres, stopAll } from './stage.js';

/** Each has a request in flight: many times what a server works on at once. */
const CONNECTIONS = 1000;
const DURATION = isLong ? 60_000 : 1500;
/** What a server may have needed at its peak, in MiB. */
const MAX_MEMORY = 512;
/** Within as many ms after the flood latency is what it was: at most twice that, and some ms. */
const RECOVERY = 5000;
const SLACK = 5;

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

/** The median latency of 50 requests, in ms; what is not answered as it should be takes for ever. */
async function medianOf(url: string, event: Event): Promise<number> {
  const connection = await Connection.open(new URL(url));
  const times: number[] = [];
  for (let asked = 0; asked < 50; asked++) {
    const { verdict, ms } = await ask(url, event, connection);
    times.push(verdict === 'ok' ? ms : Number.POSITIVE_INFINITY);
  }
  connection.close();
  return times.toSorted((a, b) => a - b)[25] ?? Number.POSITIVE_INFINITY;
}

/** Peak resident memory, in MiB: proc_pid_status(5). */
function peakMemory(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

rule('fault.flood', `${CONNECTIONS} connections for ${DURATION / 1000} s`, async (each) => {
  const contenders = await startAll(server.url);
  // One after the other: a flood is for one.
  for (const contender of contenders) {
    await each([contender], async ({ url, server }, note) => {
      const looked = [events.plaintext, events.db];
      const before = await Promise.all(looked.map((event) => medianOf(url, event)));
      const { wrong, ok, total } = await flood({
        url,
        connections: CONNECTIONS,
        duration: DURATION,
      });
      const since = performance.now();
      for (const what of wrong) note(what);
      if (ok === 0) note(`of ${total} requests none was answered with what it asked for`);
      const limits = before.map((median) => 2 * median + SLACK);
      let after: number[];
      do {
        after = await Promise.all(looked.map((event) => medianOf(url, event)));
        if (after.every((median, at) => median <= (limits[at] ?? 0))) break;
        await sleep(100);
      } while (performance.now() - since < RECOVERY);
      looked.forEach(({ name }, at) => {
        if ((after[at] ?? 0) > (limits[at] ?? 0)) {
          note.late(
            `${name}: median ${after[at]} ms ${RECOVERY} ms later, before ${before[at]} ms`,
          );
        }
      });
      const memory = peakMemory(server.pid);
      if (memory > MAX_MEMORY) note(`${Math.round(memory)} MiB at its peak, ${MAX_MEMORY} at most`);
    });
  }
  await stopAll(contenders);
});
