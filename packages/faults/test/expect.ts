import { setTimeout as sleep } from 'node:timers/promises';
import {
  askAll,
  describe,
  type Event,
  type Outcome,
  otherEvents,
  readingEvents,
} from '../src/index.js';
import type { Note } from './rule.js';
import { withSql } from './stage.js';

/** Within as many ms after the database's return all is as before. */
const RETURN = 2000;

/** POOL_SIZE as it is by default. */
const POOL_SIZE = 4;

/** Notes each outcome that is not as said, or late. */
export function expectEach(outcomes: Outcome[], verdict: string, limit: number, note: Note): void {
  for (const outcome of outcomes) {
    const what = `expected ${verdict} within ${Math.round(limit)} ms: ${describe(outcome)}`;
    if (outcome.verdict !== verdict) note(what);
    else if (outcome.ms > limit) note.late(what);
  }
}

/**
 * The longest that one of them took, in ms. Of requests that need no database this is what the machine itself takes at
 * the time, with eight other servers on it.
 */
export function slowest(outcomes: Outcome[]): number {
  return Math.max(0, ...outcomes.map(({ ms }) => ms));
}

/**
 * Asks for what needs no database, again and again for as long as something takes.
 *
 * @returns what came of it, the last asked when that was over: how late the machine itself made answers meanwhile
 */
export async function askOthersDuring(url: string, doing: Promise<unknown>): Promise<Outcome[]> {
  let over = false;
  const end = () => {
    over = true;
  };
  void doing.then(end, end);
  const outcomes: Outcome[] = [];
  while (!over) {
    outcomes.push(...(await askAll(url, otherEvents)));
    await sleep(20);
  }
  return outcomes;
}

/** The database is back: 200 within 2 s, and what the machine itself takes at the time, and no connection more than the pool has. */
export async function expectBack(
  { url, databaseUrl }: { url: string; databaseUrl: string },
  since: number,
  note: Note,
): Promise<void> {
  const waiting = new Set<Event>(readingEvents);
  let last: Outcome[] = [];
  let limit = RETURN;
  while (waiting.size > 0 && performance.now() - since < limit) {
    const asked = askAll(url, [...waiting]);
    const others = await askOthersDuring(url, asked);
    last = await asked;
    limit = Math.max(limit, RETURN + slowest(others));
    for (const { verdict, event } of last) if (verdict === 'ok') waiting.delete(event);
  }
  if (waiting.size > 0)
    note.late(`not back within ${Math.round(limit)} ms: ${last.map(describe).join('; ')}`);
  await sleep(300);
  const held = await connectionsOf(databaseUrl);
  if (held > POOL_SIZE) note(`${held} connections to the database, POOL_SIZE is ${POOL_SIZE}`);
}

function connectionsOf(databaseUrl: string): Promise<number> {
  return withSql(databaseUrl, async (sql) => {
    const [found] = await sql<[{ held: number }]>`
      select count(*)::int as held from pg_stat_activity
      where application_name = 'heptathlon' and datname = current_database()`;
    return found.held;
  });
}
