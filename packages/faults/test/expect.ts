import { setTimeout as sleep } from 'node:timers/promises';
import {
  ask,
  askAll,
  describe,
  type Event,
  type LoadOutcome,
  type Outcome,
  readingEvents,
} from '../src/index.js';
import { taken } from './machine.js';
import type { Note } from './rule.js';
import { type Contender, withSql } from './stage.js';

/** Within as many ms after the database's return all is as before. */
const RETURN = 2000;
/** Much later, in ms: what is not back by then will not be. */
const MUCH = 10_000;

/** What a server's own work may take beside, in ms. */
const WORK = 100;

/** POOL_SIZE as it is by default. */
const POOL_SIZE = 1;

/** Whether a request got no answer. */
export const isLost = ({ verdict }: Outcome) => typeof verdict === 'object' && 'lost' in verdict;

/** For as long a server that stops waits for a connection that is silent, in ms; ours are, where the machine holds us up. */
const GRACE = 1000;

/** Whether a request was lost that came when its connection had been silent for too long. */
export const wasSilent = (outcome: LoadOutcome) =>
  isLost(outcome) &&
  outcome.previous !== undefined &&
  outcome.at + outcome.ms - outcome.previous > GRACE;

/**
 * Notes each outcome that is not as said, or later than it has to be and the machine has made it.
 *
 * @param limit how long it may take, in ms
 * @param pids of those that answer, watched
 */
export function expectEach(
  outcomes: Outcome[],
  verdict: string,
  limit: number,
  pids: number[],
  note: Note,
): void {
  for (const outcome of outcomes) {
    if (outcome.verdict === verdict) expectInTime(outcome, limit, pids, note);
    else if (!hadNoTime(outcome, limit, pids)) note(`expected ${verdict}: ${describe(outcome)}`);
  }
}

/** Whether the machine took most of the time in which rows were due: 503 was right then. */
function hadNoTime({ verdict, at, ms }: Outcome, limit: number, pids: number[]): boolean {
  return verdict === 'unavailable' && taken(pids, at, at + ms) > limit / 2;
}

/** Notes an outcome that is later than it has to be and the machine has made it. */
export function expectInTime(outcome: Outcome, limit: number, pids: number[], note: Note): void {
  const { at, ms } = outcome;
  if (ms <= limit) return;
  const machine = taken(pids, at, at + ms);
  if (ms > limit + WORK + machine) {
    const allowed = `${limit} ms and ${Math.round(machine)} that the machine took`;
    note(`${describe(outcome)}, expected within ${allowed}`);
  }
}

/**
 * The database is back: 200 within 2 s.
 *
 * @param pids of the server and of PostgreSQL, watched
 */
export async function expectRows(
  url: string,
  since: number,
  pids: number[],
  note: Note,
): Promise<void> {
  const waiting = new Set<Event>(readingEvents);
  let last: Outcome[] = [];
  const limit = () => RETURN + taken(pids, since, performance.now());
  while (waiting.size > 0 && performance.now() - since < limit() + MUCH) {
    last = await askAll(url, [...waiting]);
    for (const { verdict, event } of last) if (verdict === 'ok') waiting.delete(event);
  }
  const took = performance.now() - since;
  if (waiting.size > 0 || took > limit()) {
    const [allowed, ms] = [limit(), took].map((time) => Math.round(time));
    note(`not back within ${allowed} ms but ${ms}: ${last.map(describe).join('; ')}`);
  }
}

/** The database is back, and a server has no connection more than the pool has. */
export async function expectBack(
  { url, databaseUrl }: Contender & { databaseUrl: string },
  since: number,
  pids: number[],
  note: Note,
): Promise<void> {
  await expectRows(url, since, pids, note);
  await sleep(300);
  const held = await connectionsOf(databaseUrl);
  if (held > POOL_SIZE) note(`${held} connections to the database, POOL_SIZE is ${POOL_SIZE}`);
}

/** How many requests a median is of. */
const REQUESTS = 50;

/**
 * The median times of the same request to two servers, in ms: asked in turns, so that what the machine does meets both.
 * What is not answered as it should be takes for ever.
 */
export async function mediansOf(
  urls: [string, string],
  event: Event,
  note: Note,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let asked = 0; asked < REQUESTS; asked++) {
    for (const at of [0, 1] as const) {
      const outcome = await ask(urls[at], event);
      if (outcome.verdict !== 'ok') note(describe(outcome));
      times[at].push(outcome.verdict === 'ok' ? outcome.ms : Number.POSITIVE_INFINITY);
    }
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[REQUESTS / 2] ?? Number.NaN;
  return [median(times[0]), median(times[1])];
}

function connectionsOf(databaseUrl: string): Promise<number> {
  return withSql(databaseUrl, async (sql) => {
    const [found] = await sql<[{ held: number }]>`
      select count(*)::int as held from pg_stat_activity
      where application_name = 'heptathlon' and datname = current_database()`;
    return found.held;
  });
}
