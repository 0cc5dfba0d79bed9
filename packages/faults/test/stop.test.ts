import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, type EmbeddedPostgres } from '@heptathlon/db/embedded';
import { oneOfEachRuntime, startTarget } from '@heptathlon/targets';
import { afterAll, beforeAll } from 'vitest';
import {
  type Behaviour,
  events,
  type Load,
  type LoadOutcome,
  openClients,
  readingEvents,
  describe as say,
  slowBody,
  slowHeaders,
  startLoad,
} from '../src/index.js';
import { isLost, wasSilent } from './expect.js';
import { taken, watch } from './machine.js';
import { rule, targets } from './rule.js';
import { type Contender, startAll, startPostgres } from './stage.js';

/** Within as many ms a server that was told to stop has ended. */
const LIMIT = 10_000;

let postgres: EmbeddedPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

/** SIGTERM: exit code 0 in time. */
async function expectStop({ server }: Contender, note: (what: string) => void): Promise<void> {
  watch(server.pid);
  const startedAt = performance.now();
  const exit = await server.stop();
  const now = performance.now();
  const how = `${JSON.stringify(exit)} after ${Math.round(now - startedAt)} ms`;
  if (exit.code !== 0) note(`SIGTERM: expected exit code 0: ${how}`);
  if (now - startedAt > LIMIT + taken([server.pid], startedAt, now)) {
    note(`SIGTERM: expected the end within ${LIMIT} ms: ${how}`);
  }
}

/** Machines may be busy: a read that takes its time is not what is looked at here. */
const patient = { QUERY_TIMEOUT: '30000' };

const everything = Object.values(events);

const slow: Behaviour[] = [slowHeaders(500), slowBody(500)];

rule('fault.stop-slow-clients', '100 slow clients in headers and bodies', async (each) => {
  const contenders = await startAll(postgres.url);
  const crowds = contenders.map(({ url }) =>
    Promise.all(slow.map((behave) => openClients(url, 50, behave))),
  );
  const crowd = (await Promise.all(crowds)).flat(2);
  await sleep(600);
  await each(contenders, expectStop);
  for (const client of crowd) client.close();
});

rule('fault.stop-database', 'the database is paused, and requests wait for it', async (each) => {
  const contenders = await startAll(postgres.url, { QUERY_TIMEOUT: '60000' });
  const loads = contenders.map(({ url }) =>
    startLoad(url, { connections: 16, events: readingEvents, pause: 20 }),
  );
  await Promise.all(loads.map(underway));
  await postgres.pause();
  try {
    await sleep(200);
    await each(contenders, expectStop);
  } finally {
    await postgres.resume();
  }
  await Promise.all(loads.map((load) => load.stop()));
});

/** Waits until it has had answers, a few of each connection. */
async function underway({ outcomes }: Load): Promise<void> {
  while (outcomes.length < 3 * KILLED_UNDER) await sleep(20);
}

/** One of each way to have workers: Node's, Bun's, Deno's. */
const withWorkers = oneOfEachRuntime(targets);

const KILLED_UNDER = 32;

/** How long another worker may take to be there, in ms: that it comes is what is looked at. */
const REPLACED = 30_000;

// The others are other frameworks on Node's.
rule(
  'fault.worker-killed',
  'the other one answers, and it is replaced',
  async (each) => {
    const contenders = await Promise.all(
      withWorkers.map(async (target) => {
        const env = { ...patient, WORKERS: '2' };
        const server = await startTarget(target, { databaseUrl: postgres.url, env });
        return { target, server, url: server.url };
      }),
    );
    await each(contenders, async ({ url, server }, note) => {
      while (!server.output().includes('listens at')) await sleep(20);
      const load = startLoad(url, { connections: KILLED_UNDER, events: everything, pause: 50 });
      await underway(load);
      const [victim = 0, other = 0] = await childrenOf(server.pid);
      process.kill(victim, 'SIGKILL');
      let gone = Number.POSITIVE_INFINITY;
      let workers: number[];
      const deadline = performance.now() + REPLACED;
      do {
        await sleep(50);
        workers = await childrenOf(server.pid);
        if (server.output().includes('a worker died')) gone = Math.min(gone, performance.now());
      } while (
        (gone === Number.POSITIVE_INFINITY || workers.length < 2 || workers.includes(victim)) &&
        performance.now() < deadline
      );
      // Until then anything may be lost: one that tells of no death would pass.
      if (gone === Number.POSITIVE_INFINITY) note('its log tells of no death');
      await sleep(500);
      // Connections that are opened when its supervisor knows that the victim has gone find the other one.
      const outcomes = await load.stop();
      const open = (outcome: LoadOutcome) => outcome.previous !== undefined || outcome.at <= gone;
      for (const outcome of outcomes)
        if (outcome.verdict !== 'ok' && !(isLost(outcome) && open(outcome))) note(say(outcome));
      // How many were the victim's is the kernel's or Node's to say; each loses what is in flight, once.
      const lost = outcomes.filter((outcome) => isLost(outcome) && outcome.previous !== undefined);
      if (lost.length > KILLED_UNDER)
        note(`${lost.length} requests were lost on ${KILLED_UNDER} connections`);
      workers = await childrenOf(server.pid);
      if (workers.length !== 2 || !workers.includes(other)) note(`not replaced: ${workers}`);
    });
    await each(contenders, expectStop);
  },
  withWorkers,
);

rule('fault.reload', 'one that follows takes over, and nothing is lost', async (each) => {
  const contenders = await startAll(postgres.url, patient);
  await each(contenders, async (contender, note) => {
    const { target } = contender;
    let { url } = contender;
    const load = startLoad(() => url, { connections: 8, events: everything, pause: 50 });
    await underway(load);
    const follower = await startTarget(target, { databaseUrl: postgres.url, env: patient });
    url = follower.url;
    await expectStop(contender, note);
    for (const outcome of await load.stop())
      if (outcome.verdict !== 'ok' && !wasSilent(outcome)) note(say(outcome));
    await follower.stop();
  });
});

rule('fault.stop-load', 'nobody follows, and nothing that was accepted is lost', async (each) => {
  const contenders = await startAll(postgres.url, patient);
  await each(contenders, async (contender, note) => {
    const load = startLoad(contender.url, { connections: 8, events: everything, pause: 50 });
    await underway(load);
    await expectStop(contender, note);
    for (const outcome of await load.stop()) {
      // A new connection may find nobody any more.
      const refused = outcome.previous === undefined && isLost(outcome);
      if (outcome.verdict !== 'ok' && !refused && !wasSilent(outcome)) note(say(outcome));
    }
  });
});
