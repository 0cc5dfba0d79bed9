import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../case.js';
import { expectEqual, expectWorlds } from '../expect.js';
import { get } from '../http/request.js';
import type { Server } from '../server.js';
import { expectPage } from './page.js';

/**
 * A backend of PostgreSQL hands its counters over at most once a second, and after 10 s without work at
 * the latest (pgstat.c: PGSTAT_MIN_INTERVAL, PGSTAT_IDLE_INTERVAL): what has not changed for longer is
 * complete.
 */
const SETTLED_AFTER = 13_000;
/** How long to wait for that, in ms: a table that others read too never comes to rest. */
const GIVE_UP_AFTER = 60_000;

/** Reads of `world`, and rows that they read, as PostgreSQL has counted them. */
interface Reads {
  scans: number;
  rows: number;
}

async function countReads({ sql }: Server): Promise<Reads> {
  const [found] = await sql<Reads[]>`
    select (seq_scan + coalesce(idx_scan, 0))::int as scans,
      (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows
    from pg_stat_user_tables where relname = 'world'`;
  if (!found)
    throw new Error('the database has no table "world": is --database-url the one of this server?');
  return found;
}

async function settledReads(server: Server): Promise<Reads> {
  let reads = await countReads(server);
  const giveUpAt = Date.now() + GIVE_UP_AFTER;
  for (let since = Date.now(); Date.now() - since < SETTLED_AFTER; ) {
    await sleep(500);
    const now = await countReads(server);
    if (now.scans === reads.scans && now.rows === reads.rows) continue;
    reads = now;
    since = Date.now();
    if (since > giveUpAt) {
      throw new Error(
        'the table "world" is read all the time: stop whatever else asks this server or its database (a health check?)',
      );
    }
  }
  return reads;
}

/** Runs something between two looks at the counters, and compares. */
async function expectReads(
  server: Server,
  what: string,
  expected: number,
  run: () => Promise<void>,
) {
  const before = await settledReads(server);
  await run();
  const since = async () => {
    const after = await settledReads(server);
    return { scans: after.scans - before.scans, rows: after.rows - before.rows };
  };
  let reads = await since();
  // On a busy machine a backend may be late to tell.
  if (Math.min(reads.scans, reads.rows) < expected) reads = await since();
  expectEqual(`${what}: reads of world`, reads, { scans: expected, rows: expected });
}

// Together in one case, as each settling takes 13 s; no small mistake in one makes up for one in another.
const singles = [1, 7, 20, 500];

/** TechEmpower's verifier counts the same way, at these numbers. */
const REQUESTS = 1024;
const CONCURRENCY = 512;

export const reads = [
  check(
    'reads.single',
    'each row is read by a query of its own: N for queries, 10 for template, 1 for db',
    async (server) => {
      const expected = singles.reduce((sum, count) => sum + count, 0) + 10 + 1;
      const what = `GET /queries?count=${singles.join(', ')}, /template and /db`;
      await expectReads(server, what, expected, async () => {
        for (const count of singles) {
          const response = await server.send(get(`/queries?count=${count}`));
          expectWorlds(`GET /queries?count=${count}`, response, count);
        }
        expectPage('GET /template', await server.send(get('/template')));
        await server.send(get('/db'));
      });
    },
    { needsSql: true },
  ),
  check(
    'reads.concurrent',
    'so it is for 1,024 requests, 512 at a time, each answered right',
    async (server) => {
      const counts = Array.from({ length: REQUESTS }, (_, number) =>
        number % 4 === 3 ? 'template' : (number % 20) + 1,
      );
      const requests = counts.map((count) =>
        get(count === 'template' ? '/template' : `/queries?count=${count}`),
      );
      const expected = counts.reduce<number>(
        (sum, count) => sum + (count === 'template' ? 10 : count),
        0,
      );
      await expectReads(server, `${REQUESTS} requests`, expected, () =>
        server.sendAll(requests, CONCURRENCY, ({ label }, response) => {
          const count = /count=(\d+)/.exec(label)?.[1];
          if (count) expectWorlds(label, response, Number(count));
          else expectPage(label, response);
        }),
      );
    },
    { needsSql: true },
  ),
];
