import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { startTarget, type Target } from '@heptathlon/targets';
import { afterAll, beforeAll } from 'vitest';
import {
  askAll,
  events,
  type FaultyProxy,
  type Outcome,
  otherEvents,
  readingEvents,
  describe as say,
  startLoad,
  startProxy,
} from '../src/index.js';
import { expectBack, expectEach, expectInTime } from './expect.js';
import { watch } from './machine.js';
import { type Each, type Note, rule, targets } from './rule.js';
import {
  type Contender,
  GONE,
  inPairs,
  startPostgres,
  statementsOf,
  stopAll,
  withSql,
} from './stage.js';

/** Within as many ms an answer that has no rows is there; QUERY_TIMEOUT as it is by default. */
const LIMIT = 1000;
interface Client extends Contender {
  /** Between it and its database. */
  proxy: FaultyProxy;
  /** Its database, as the superuser. */
  databaseUrl: string;
  /** The same, as it gets there. */
  through: string;
}

let server: EmbeddedPostgres;
let clients: Client[];

/** Who answers, where rows are asked for. */
const bothOf = (client: Client) => [client.server.pid, server.pid];

const databaseOf = (name: string) => `faults_${name.replaceAll('-', '_')}`;

/** Somebody who may be kept out, which a superuser may not. */
async function createUser(): Promise<void> {
  await withSql(
    server.url,
    (sql) => sql`
      do $$ begin
        create role faults login password 'faults';
      exception when duplicate_object then null;
      end $$`,
  );
}

/** A database of its own, and a proxy before it. */
async function prepare(target: Target) {
  const databaseUrl = await server.createDatabase(databaseOf(target.name));
  await withSql(databaseUrl, (sql) => sql`grant select on world to faults`);
  const proxy = await startProxy(databaseUrl);
  const through = new URL(proxy.url(databaseUrl));
  through.username = through.password = 'faults';
  return { target, databaseUrl, proxy, through: through.href };
}

beforeAll(async () => {
  server = await startPostgres();
  await createUser();
  clients = await inPairs(targets, async (target) => {
    const prepared = await prepare(target);
    const server = await startTarget(target, { databaseUrl: prepared.through });
    return { ...prepared, server, url: server.url };
  });
  watch(server.pid, ...clients.map(({ server }) => server.pid));
  await Promise.all(clients.map(({ url }) => askAll(url, Object.values(events))));
});

afterAll(async () => {
  await stopAll(clients);
  await Promise.all(clients.map(({ proxy }) => proxy.close()));
  await server.stop();
});

/** Without its database: 503 in time for what reads it, and nothing else notices. */
async function expectGone({ url, server }: Client, note: Note): Promise<void> {
  let over = false;
  const asked = askAll(url, readingEvents).finally(() => {
    over = true;
  });
  const others: Outcome[] = [];
  while (!over) {
    others.push(...(await askAll(url, otherEvents)));
    await sleep(20);
  }
  expectEach(await asked, 'unavailable', LIMIT, [server.pid], note);
  expectEach(others, 'ok', LIMIT, [server.pid], note);
}

/** Sixteen connections, many times as many as the pool has, that go on through a fault: rows or 503, in time, and 200 for all else. */
function load({ url, server }: Client) {
  const running = startLoad(url, {
    connections: 16,
    events: Object.values(events),
    pause: 700,
  });
  return async (note: Note) => {
    for (const outcome of await running.stop()) {
      const { verdict, event } = outcome;
      const right = verdict === 'ok' || (verdict === 'unavailable' && event.reads);
      if (!right) note(`under load: ${say(outcome)}`);
      else expectInTime(outcome, LIMIT, [server.pid], (what) => note(`under load: ${what}`));
    }
  };
}

/** As many servers at a time as two cores can serve, with all that asks them. */
const WAVE = 3;

/** A fault of the database as a whole: what is asked alone, and under load. */
async function outage(
  each: Each,
  begin: () => Promise<void>,
  end: () => Promise<void>,
): Promise<void> {
  for (let first = 0; first < clients.length; first += WAVE) {
    const wave = clients.slice(first, first + WAVE);
    const stops = new Map(wave.map((client) => [client, load(client)]));
    await sleep(200);
    await begin();
    try {
      await each(wave, expectGone);
      // Long enough for what waits to be too late.
      await sleep(LIMIT / 2);
    } finally {
      await end();
    }
    watch(server.pid);
    const since = performance.now();
    await each(wave, (client, note) => expectBack(client, since, bothOf(client), note));
    await each(wave, async (client, note) => stops.get(client)?.(note));
  }
}

const setAll = (toxics: Parameters<FaultyProxy['set']>[0]) =>
  Promise.all(clients.map(({ proxy }) => proxy.set(toxics))).then(() => {});

rule('fault.database-gone', 'stopped in order', (each) =>
  outage(
    each,
    () => server.stop(),
    () => server.start(),
  ),
);

rule('fault.database-gone', 'killed', (each) =>
  outage(
    each,
    () => server.kill(),
    () => server.start(),
  ),
);

rule('fault.database-gone', 'its port refuses', (each) =>
  outage(
    each,
    () => setAll({ refuse: true }),
    () => setAll({}),
  ),
);

rule('fault.database-silent', 'paused', (each) =>
  outage(
    each,
    () => server.pause(),
    () => server.resume(),
  ),
);

rule('fault.database-silent', 'behind a black hole', (each) =>
  outage(
    each,
    () => setAll({ blackHole: true }),
    () => setAll({}),
  ),
);

rule('fault.database-slow', 'a locked table', async (each) => {
  await each(clients, async (client, note) => {
    const { databaseUrl, url } = client;
    await withSql(databaseUrl, (sql) =>
      sql.begin(async (locked) => {
        await locked`lock table world in access exclusive mode`;
        await expectGone(client, note);
        // More than there are connections.
        await askAll(
          url,
          Array.from({ length: 16 }, () => events.db),
        );
        await sleep(GONE);
        for (const query of await statementsOf(databaseUrl)) note(`still runs: ${query}`);
      }),
    );
    await expectBack(client, performance.now(), bothOf(client), note);
  });
});

rule('fault.database-full', 'it has no connection left', async (each) => {
  await each(clients, async (client, note) => {
    await withSql(client.databaseUrl, async (sql) => {
      const name = sql(databaseOf(client.target.name));
      await sql`alter database ${name} connection limit 0`;
      client.proxy.cut();
      await sleep(50);
      const outcomes = await askAll(client.url, readingEvents);
      expectEach(outcomes, 'unavailable', AT_ONCE, bothOf(client), note);
      expectEach(await askAll(client.url, otherEvents), 'ok', LIMIT, bothOf(client), note);
      await sql`alter database ${name} connection limit -1`;
    });
    await expectBack(client, performance.now(), bothOf(client), note);
  });
});

/** What takes no time of its own, in ms. */
const AT_ONCE = 500;

rule('fault.database-wire', '50 ms away', async (each) => {
  await setAll({ latency: 50 });
  await each(clients, async (client, note) => {
    const outcomes = await askAll(client.url, [events.db, events.queries]);
    expectEach(outcomes, 'ok', LIMIT, bothOf(client), note);
  });
  await setAll({});
});

/** In ms. That many segments are some work, and it is not time that is looked at. */
const BYTE_BY_BYTE = 30_000;

rule('fault.database-wire', 'byte by byte', async (each) => {
  await setAll({ slice: 1 });
  // One after the other.
  for (const client of clients) {
    await each([client], async ({ target, through }, note) => {
      // One of its own: with the bytes of a new connection, too.
      const env = { QUERY_TIMEOUT: String(BYTE_BY_BYTE) };
      const { url, pid, stop } = await startTarget(target, { databaseUrl: through, env });
      const outcomes = await askAll(url, [events.db, events.queries]).finally(stop);
      expectEach(outcomes, 'ok', BYTE_BY_BYTE, [pid, server.pid], note);
    });
  }
  await setAll({});
});

rule('fault.database-cut', 'in the middle of answers, again and again', async (each) => {
  await each(clients, async (client, note) => {
    const stop = load(client);
    // Authentication takes 500 bytes or so, a row 100.
    for (const cutAfter of [1500, 901, 333, 1207, 2501, 640]) {
      await client.proxy.set({ cutAfter });
      await sleep(150);
    }
    await client.proxy.set({});
    const back = performance.now();
    await sleep(100);
    await stop(note);
    await expectBack(client, back, bothOf(client), note);
  });
});
