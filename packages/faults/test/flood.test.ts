import { readFileSync } from 'node:fs';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { startTarget } from '@heptathlon/targets';
import { afterAll, beforeAll } from 'vitest';
import { events, flood } from '../src/index.js';
import { mediansOf } from './expect.js';
import { isLong, rule, targets } from './rule.js';
import { startPostgres } from './stage.js';

/** Each has a request in flight: many times what a server works on at once. */
const CONNECTIONS = 1000;
const DURATION = isLong ? 60_000 : 1500;
/** What a server may have needed at its peak, in MiB. */
const MAX_MEMORY = 512;
/** A thousand clients of one process may be late, and are no slow ones. */
const patient = { HEADERS_TIMEOUT: '300000', REQUEST_TIMEOUT: '300000' };

/** Within as many ms after the flood latency is again that of one that nobody has flooded: at most twice that, and some ms. */
const RECOVERY = 5000;
const SLACK = 5;

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

/** Peak resident memory, in MiB: proc_pid_status(5). */
function peakMemory(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

rule('fault.flood', `${CONNECTIONS} connections for ${DURATION / 1000} s`, async (each) => {
  // One after the other: a flood is for one.
  for (const target of targets) {
    await each([{ target }], async (_, note) => {
      const start = () => startTarget(target, { databaseUrl: server.url, env: patient });
      const [flooded, twin] = await Promise.all([start(), start()]);
      const { wrong, ok, total } = await flood({
        url: flooded.url,
        connections: CONNECTIONS,
        duration: DURATION,
      });
      const since = performance.now();
      for (const what of wrong) note(what);
      if (ok === 0) note(`of ${total} requests none was answered with what it asked for`);
      let late: string[];
      do {
        late = [];
        for (const event of [events.plaintext, events.db]) {
          const [after, usual] = await mediansOf([flooded.url, twin.url], event, note);
          if (after <= 2 * usual + SLACK) continue;
          late.push(
            `${event.name}: median ${after} ms, and ${usual} ms of one that was not flooded`,
          );
        }
      } while (late.length > 0 && performance.now() - since < RECOVERY);
      for (const what of late) note(what);
      const memory = peakMemory(flooded.pid);
      if (memory > MAX_MEMORY) note(`${Math.round(memory)} MiB at its peak, ${MAX_MEMORY} at most`);
      await Promise.all([flooded.stop(), twin.stop()]);
    });
  }
});
