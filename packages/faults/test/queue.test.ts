import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import { askAll, events, otherEvents, describe as say } from '../src/index.js';
import { expectEach, slowest } from './expect.js';
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

/** What a 503 that nobody waited for takes at the most, in ms. */
const AT_ONCE = 300;

/** By how much timers of two processes differ on two cores that nine servers share, in ms. */
const JITTER = 25;

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
  try {
    await Promise.all(contenders.map(({ url }) => askAll(url, Object.values(events))));
    await act(contenders);
  } finally {
    await stopAll(contenders);
  }
}

async function expectRefusals({ url }: Contender, note: Note): Promise<void> {
  const crowd = askAll(
    url,
    Array.from({ length: 64 }, () => events.db),
  );
  const others = await askAll(url, otherEvents);
  expectEach(others, 'ok', 1000, note);
  const atOnce = AT_ONCE + slowest(others);
  const outcomes = await crowd;
  expectEach(outcomes, 'unavailable', 2000 + slowest(others), note);
  const refused = outcomes.filter(({ ms }) => ms < atOnce).length;
  if (refused < 56)
    note.late(`${refused} of 64 were refused within ${Math.round(atOnce)} ms, expected 56`);
  const waited = outcomes.filter(({ ms }) => ms > 1000);
  if (waited.length === 0) note(`nobody waited: ${outcomes.slice(0, 3).map(say).join('; ')}`);
}

rule('fault.queue', 'of 64 at once QUEUE_SIZE=8 wait, until QUERY_TIMEOUT=2000', (each) =>
  withAll({ QUEUE_SIZE: '8', QUERY_TIMEOUT: '2000' }, async (contenders) => {
    await locked(() =>
      each(contenders, async (contender, note) => {
        // One after the other: what is looked at is what is said at once.
        await sleep(300 * contenders.indexOf(contender));
        await expectRefusals(contender, note);
      }),
    );
    const back = performance.now();
    await each(contenders, async ({ url }, note) => {
      await sleep(100);
      expectEach(await askAll(url, [events.db, events.template]), 'ok', 2000, note);
      if (performance.now() - back > 2000) note.late('not back within 2 s');
    });
  }),
);

rule('fault.database-slow', 'a locked table, with QUERY_TIMEOUT=300', (each) =>
  withAll({ QUERY_TIMEOUT: '300' }, async (contenders) => {
    await locked(async () => {
      await each(contenders, async (contender, note) => {
        const { url } = contender;
        await sleep(100 * contenders.indexOf(contender));
        const [slow, others] = await Promise.all([
          askAll(url, [events.db, events.queries20, events.template]),
          askAll(url, otherEvents),
        ]);
        expectEach(slow, 'unavailable', 300 + slowest(others) + JITTER, note);
        expectEach(others, 'ok', 300, note);
        // More than there are connections.
        await askAll(
          url,
          Array.from({ length: 16 }, () => events.db),
        );
      });
      await sleep(GONE);
      const left = await statementsOf(server.url);
      await each(contenders, async (_contender, note) => {
        for (const statement of left) note(`still runs, of one of them: ${statement}`);
      });
    });
  }),
);
