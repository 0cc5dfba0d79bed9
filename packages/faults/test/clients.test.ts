import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll } from 'vitest';
import {
  ask,
  askAll,
  type Behaviour,
  events,
  idle,
  impatient,
  neverReads,
  type Outcome,
  openClient,
  openClients,
  type Rule,
  describe as say,
  slowBody,
  slowHeaders,
  stalledBody,
  stalledHeaders,
  vanishing,
} from '../src/index.js';
import { expectEach } from './expect.js';
import { isLong, rule } from './rule.js';
import { type Contender, startAll, startPostgres, stopAll } from './stage.js';

const HEADERS_TIMEOUT = 1000;
const REQUEST_TIMEOUT = 1500;
const KEEP_ALIVE_TIMEOUT = 1200;
/** How often a server looks for clients that are too slow, and what it may be late, in ms. */
const CHECK = 1000;
/** Node adds a second to how long a connection may be idle; Bun looks every four. */
const SWEEP = 5000;

let server: EmbeddedPostgres;
let contenders: Contender[];
/** With time-outs as they are by default. */
let calm: Contender[];

beforeAll(async () => {
  server = await startPostgres();
  contenders = await startAll(server.url, {
    HEADERS_TIMEOUT: String(HEADERS_TIMEOUT),
    REQUEST_TIMEOUT: String(REQUEST_TIMEOUT),
    KEEP_ALIVE_TIMEOUT: String(KEEP_ALIVE_TIMEOUT),
  });
});

afterAll(async () => {
  await stopAll([...contenders, ...calm]);
  await server.stop();
});

/** Notes a client that is not cut off in time, or too early. */
async function expectCut(
  url: string,
  behave: Behaviour,
  [from, to]: [from: number, to: number],
  note: (what: string) => void,
): Promise<void> {
  const client = await openClient(url, behave);
  const ended = await Promise.race([client.ended, sleep(to + 500)]);
  client.close();
  if (!ended) note(`not cut off within ${to + 500} ms, expected ${from} to ${to} ms`);
  else if (ended.after > to || ended.after < from * 0.9) {
    note(`cut off after ${Math.round(ended.after)} ms, expected ${from} to ${to} ms`);
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
  for (const { target, url } of contenders) {
    for (const [name, , behaviours, bounds] of cuts) {
      const notes: string[] = [];
      const note = (what: string) => void notes.push(what);
      const all = behaviours.map((behave) => expectCut(url, behave, bounds, note));
      waiting.set(
        `${name} ${target.name}`,
        Promise.all(all).then(() => notes),
      );
    }
  }
  calm = await startAll(server.url);
});

for (const [name, title] of cuts) {
  rule(name, title, (each) =>
    each(contenders, async ({ target }, note) => {
      for (const what of (await waiting.get(`${name} ${target.name}`)) ?? []) note(what);
    }),
  );
}

/** How many slow clients there are at once. */
const CROWD = 1000;
/** Their bytes are noticed, each of them; and the machine is not always as fast. In ms. */
const SLACK = 10;

async function medianOf(url: string): Promise<{ median: number; wrong: string[] }> {
  const outcomes = [];
  for (let asked = 0; asked < 50; asked++) outcomes.push(await ask(url, events.plaintext));
  const times = outcomes.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return {
    median: times[times.length >> 1] ?? 0,
    wrong: outcomes.filter(({ verdict }) => verdict !== 'ok').map(say),
  };
}

rule('fault.slow-crowd', `${CROWD} of them hold nobody up`, async (each) => {
  // One after the other: times are compared.
  for (const contender of calm) {
    await each([contender], async ({ url }, note) => {
      const before = await medianOf(url);
      const crowd = (
        await Promise.all([
          openClients(url, CROWD / 2, slowHeaders(1000)),
          openClients(url, CROWD / 2, slowBody(1000)),
        ])
      ).flat();
      const during = await medianOf(url);
      const open = crowd.filter(({ socket }) => !socket.destroyed).length;
      if (open < CROWD) note(`${CROWD - open} of ${CROWD} slow clients were cut off too early`);
      for (const client of crowd) client.close();
      const limit = 2 * before.median + SLACK;
      if (during.median > limit) {
        note.late(
          `median ${during.median.toFixed(1)} ms, ${before.median.toFixed(1)} ms without them`,
        );
      }
      for (const what of [...before.wrong, ...during.wrong]) note(what);
    });
  }
});

rule('fault.never-reads', 'clients that never read, or are gone, hold nobody up', async (each) => {
  // One after the other: what is sent is some work.
  for (const contender of calm) {
    await each([contender], async ({ url }, note) => {
      const crowd = [
        ...(await openClients(url, 2, neverReads())),
        ...(await openClients(url, 20, vanishing)),
        ...(await openClients(url, 20, impatient())),
      ];
      // What they have asked for takes its time; then they are no more than open connections.
      const isWell = ({ verdict, ms }: Outcome) => verdict === 'ok' && ms <= 1000;
      let outcomes: Outcome[] = [];
      for (let tried = 0; tried < 5; tried++) {
        await sleep(300);
        outcomes = await askAll(url, Object.values(events));
        if (outcomes.every(isWell)) break;
      }
      expectEach(outcomes, 'ok', 1000, note);
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
    await each(fresh, async ({ url }, note) => {
      await Promise.all(
        defaults.map(([behave, limit]) =>
          expectCut(url, behave, [limit, limit + SWEEP], (what) =>
            note(`default of ${limit} ms: ${what}`),
          ),
        ),
      );
    });
    await stopAll(fresh);
  });
}
