import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import {
  askAll,
  type Behaviour,
  type Ended,
  events,
  idle,
  impatient,
  neverReads,
  openClient,
  openClients,
  type Rule,
  slowBody,
  slowHeaders,
  stalledBody,
  stalledHeaders,
  vanishing,
} from '../src/index.js';
import { expectEach, mediansOf } from './expect.js';
import { taken, watch } from './machine.js';
import { isLong, rule } from './rule.js';
import { type Contender, startAll, startPostgres, stopAll } from './stage.js';

const HEADERS_TIMEOUT = 1000;
const REQUEST_TIMEOUT = 1500;
const KEEP_ALIVE_TIMEOUT = 1200;
/** What nobody meets, however busy the machine is. */
const patient = { HEADERS_TIMEOUT: '300000', REQUEST_TIMEOUT: '300000' };
/** How often a server looks for clients that are too slow, and what it may be late, in ms. */
const CHECK = 1000;
/** Node adds a second to how long a connection may be idle; Bun looks every four. */
const SWEEP = 5000;

let server: EmbeddedPostgres;
let contenders: Contender[];
/** With a limit for connections that are idle, and for nothing else. */
let idlers: Contender[];
/** With time-outs that nobody meets, however busy the machine is. */
let calm: Contender[];

beforeAll(async () => {
  server = await startPostgres();
  contenders = await startAll(server.url, {
    HEADERS_TIMEOUT: String(HEADERS_TIMEOUT),
    REQUEST_TIMEOUT: String(REQUEST_TIMEOUT),
  });
  idlers = await startAll(server.url, {
    ...patient,
    KEEP_ALIVE_TIMEOUT: String(KEEP_ALIVE_TIMEOUT),
  });
});

afterAll(async () => {
  await stopAll([...contenders, ...idlers, ...calm]);
  await server.stop();
});

/** Who is not cut off by then will not be, whatever the machine does, in ms: the longest limit by default. */
const GIVE_UP = 80_000;

/** Notes a client that is not cut off in time, or too early. */
async function expectCut(
  { url, server, target }: Contender,
  behave: Behaviour,
  [from, to]: [from: number, to: number],
  note: (what: string) => void,
  name?: Rule,
): Promise<void> {
  // One that says that it does not cut off gets no time for the machine: it would be taken for one that does.
  const declared = name !== undefined && target.failures?.[name] !== undefined;
  const client = await openClient(url, behave);
  const openedAt = performance.now();
  const machine = () => (declared ? 0 : taken([server.pid], openedAt, performance.now()));
  let ended: Ended | undefined;
  do ended = (await Promise.race([client.ended, sleep(500)])) ?? undefined;
  while (!ended && performance.now() - openedAt < Math.min(to + 500 + machine(), GIVE_UP));
  client.close();
  const expected = `expected ${from} to ${to} ms, of which the machine took ${Math.round(machine())}`;
  if (!ended || (declared && ended.after > to))
    note(`not cut off within ${to + 500} ms, ${expected}`);
  // The server may have known of it before us, and we may have been late to see the end.
  else if (ended.after > to + machine() || ended.after < from * 0.9 - machine()) {
    note(`cut off after ${Math.round(ended.after)} ms, ${expected}`);
  }
  const answer = ended?.received.toString('latin1').split('\r\n')[0] ?? '';
  // A client that has asked for nothing yet may be told why, and no more.
  if (answer && behave !== idle && !/^HTTP\/1\.1 (408|400) /.test(answer)) note(`told ${answer}`);
}

/** Who is cut off, and when. */
const cuts: [rule: Rule, title: string, behaviours: Behaviour[], bounds: [number, number]][] = [
  [
    'fault.slow-headers',
    `are cut off after HEADERS_TIMEOUT=${HEADERS_TIMEOUT}`,
    [slowHeaders(), stalledHeaders],
    [HEADERS_TIMEOUT, HEADERS_TIMEOUT + CHECK],
  ],
  [
    'fault.slow-body',
    `is cut off after REQUEST_TIMEOUT=${REQUEST_TIMEOUT}`,
    [slowBody(), stalledBody],
    [REQUEST_TIMEOUT, REQUEST_TIMEOUT + CHECK],
  ],
  [
    'fault.idle',
    `is closed after KEEP_ALIVE_TIMEOUT=${KEEP_ALIVE_TIMEOUT}`,
    [idle],
    [KEEP_ALIVE_TIMEOUT, KEEP_ALIVE_TIMEOUT + SWEEP],
  ],
];

/** What was noted of each of these rules, for each target: they wait at the same time. */
const waiting = new Map<string, Promise<string[]>>();

beforeAll(async () => {
  watch(...[...contenders, ...idlers].map(({ server }) => server.pid));
  for (const [name, , behaviours, bounds] of cuts) {
    for (const contender of name === 'fault.idle' ? idlers : contenders) {
      const notes: string[] = [];
      const note = (what: string) => void notes.push(what);
      const all = behaviours.map((behave) => expectCut(contender, behave, bounds, note, name));
      waiting.set(
        `${name} ${contender.target.name}`,
        Promise.all(all).then(
          () => notes,
          (error) => [...notes, String(error)],
        ),
      );
    }
  }
  // Those who wait are not held up by starts.
  await Promise.all(waiting.values());
  calm = await startAll(server.url, { ...patient, KEEP_ALIVE_TIMEOUT: '200000' });
  watch(server.pid, ...calm.map(({ server }) => server.pid));
});

for (const [name, title] of cuts) {
  rule(name, title, (each) =>
    each(contenders, async ({ target }, note) => {
      const notes = await waiting.get(`${name} ${target.name}`);
      if (!notes) throw new Error('nobody waited');
      for (const what of notes) note(what);
    }),
  );
}

/** How many slow clients there are at once. */
const CROWD = 1000;
/** Their bytes are noticed, each of them. In ms. */
const SLACK = 10;

rule('fault.slow-crowd', `${CROWD} of them hold nobody up`, async (each) => {
  // One after the other: times are compared.
  for (const contender of calm) {
    await each([contender], async ({ target, url }, note) => {
      const twin = idlers.find((other) => other.target === target);
      if (!twin) throw new Error('there is nothing to compare with');
      const since = performance.now();
      const crowd = (
        await Promise.all([
          openClients(url, CROWD / 2, slowHeaders(1000)),
          openClients(url, CROWD / 2, slowBody(1000)),
        ])
      ).flat();
      const [held, free] = await mediansOf([url, twin.url], events.plaintext, note);
      const open = crowd.filter(({ socket }) => !socket.destroyed).length;
      // Bun has a limit of 10 s that nothing moves.
      if (open < CROWD && performance.now() - since < 9000)
        note(`${CROWD - open} of ${CROWD} slow clients were cut off too early`);
      for (const client of crowd) client.close();
      if (held > 2 * free + SLACK) {
        note(`median ${held.toFixed(1)} ms, ${free.toFixed(1)} ms without them`);
      }
    });
  }
});

/** Within as many ms what such clients have asked for is done; then they are no more than open connections. */
const DONE = 3000;

rule('fault.never-reads', 'clients that never read, or are gone, hold nobody up', async (each) => {
  // One after the other: what is sent is some work.
  for (const contender of calm) {
    await each([contender], async (contender, note) => {
      const { url } = contender;
      const pids = [contender.server.pid, server.pid];
      const crowd = [
        ...(await openClients(url, 2, neverReads())),
        ...(await openClients(url, 20, vanishing)),
        ...(await openClients(url, 20, impatient())),
      ];
      const since = performance.now();
      let notes: string[];
      do {
        await sleep(300);
        notes = [];
        const outcomes = await askAll(url, Object.values(events));
        expectEach(outcomes, 'ok', 1000, pids, (what) => void notes.push(what));
      } while (
        notes.length > 0 &&
        performance.now() - since < DONE + taken(pids, since, performance.now())
      );
      for (const what of notes) note(what);
      for (const client of crowd) client.close();
    });
  }
});

/** The defaults, in ms: HEADERS_TIMEOUT, REQUEST_TIMEOUT and KEEP_ALIVE_TIMEOUT, and which client meets which. */
const defaults = [
  [slowHeaders(1000), 10_000],
  [slowBody(1000), 30_000],
  [idle, 65_000],
] as const;

// Over a minute of waiting.
if (isLong) {
  rule('fault.defaults', 'there are limits where none is set', async (each) => {
    const fresh = await startAll(server.url);
    watch(...fresh.map(({ server }) => server.pid));
    await each(fresh, async (contender, note) => {
      await Promise.all(
        defaults.map(([behave, limit]) =>
          expectCut(contender, behave, [limit, limit + SWEEP], (what) =>
            note(`default of ${limit} ms: ${what}`),
          ),
        ),
      );
    });
    await stopAll(fresh);
  });
}
