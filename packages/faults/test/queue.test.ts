import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import { askAll, events, type Outcome, otherEvents, describe as say } from '../src/index.js';
import { expectEach, expectRows } from './expect.js';
import { taken, watch } from './machine.js';
import { type Note, rule } from './rule.js';
import {
  type Contender,
  GONE,
  startAll,
  startPostgres,
  statementsOf,
  stopAll,
  withSql,
} from './stage.js';

/** What a 503 that nobody waited for takes at most, in ms. */
const AT_ONCE = 300;

let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server.stop());

/** Holds the table of all servers while something is done. */
async function locked(act: () => Promise<void>): Promise<void> {
  await withSql(server.url, (sql) =>
    sql.begin(async (lock) => {
      await lock`lock table world in access exclusive mode`;
      await act();
    }),
  );
}

/** Starts all with these variables, does something, and stops them. */
async function withAll(
  env: Record<string, string>,
  act: (contenders: Contender[]) => Promise<void>,
): Promise<void> {
  const contenders = await startAll(server.url, env);
  watch(server.pid, ...contenders.map(({ server }) => server.pid));
  try {
    await Promise.all(contenders.map(({ url }) => askAll(url, Object.values(events))));
    await act(contenders);
  } finally {
    await stopAll(contenders);
  }
}

async function expectRefusals({ url, server }: Contender, note: Note): Promise<void> {
  const crowd = askAll(
    url,
    Array.from({ length: 64 }, () => events.db),
  );
  const others = await askAll(url, otherEvents);
  expectEach(others, 'ok', 1000, [server.pid], note);
  const outcomes = await crowd;
  expectEach(outcomes, 'unavailable', 2000, [server.pid], note);
  const machine = ({ at, ms }: Outcome) => taken([server.pid], at, at + ms);
  const refused = outcomes.filter((outcome) => outcome.ms < AT_ONCE + machine(outcome)).length;
  if (refused < 56) note(`${refused} of 64 were refused at once, expected 56`);
  const waited = outcomes.filter(({ ms }) => ms > 1000);
  if (waited.length === 0) note(`nobody waited: ${outcomes.slice(0, 3).map(say).join('; ')}`);
}

rule('fault.queue', 'of 64 at once QUEUE_SIZE=8 wait, until QUERY_TIMEOUT=2000', (each) =>
  withAll({ QUEUE_SIZE: '8', QUERY_TIMEOUT: '2000' }, async (contenders) => {
    await locked(async () => {
      // One after the other: what is looked at is what is said at once.
      for (const contender of contenders) await each([contender], expectRefusals);
    });
    const back = performance.now();
    await each(contenders, (contender, note) =>
      expectRows(contender.url, back, [contender.server.pid, server.pid], note),
    );
  }),
);

rule('fault.database-slow', 'a locked table, with QUERY_TIMEOUT=300', (each) =>
  withAll({ QUERY_TIMEOUT: '300' }, async (contenders) => {
    await locked(async () => {
      for (const contender of contenders) {
        await each([contender], async ({ url }, note) => {
          const [slow, others] = await Promise.all([
            askAll(url, [events.db, events.queries20, events.template]),
            askAll(url, otherEvents),
          ]);
          const pids = [contender.server.pid];
          expectEach(slow, 'unavailable', 300, pids, note);
          expectEach(others, 'ok', 300, pids, note);
          // More than there are connections.
          await askAll(
            url,
            Array.from({ length: 16 }, () => events.db),
          );
        });
      }
      await sleep(GONE);
      const left = await statementsOf(server.url);
      await each(contenders, async (_contender, note) => {
        for (const statement of left) note(`still runs, of one of them: ${statement}`);
      });
    });
  }),
);
