import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedTarget, startTarget, type Target } from '@heptathlon/targets';
import type { Sql } from 'postgres';
import type { RunDatabase } from '../database.js';
import { type Probe, startProbe } from '../probe/probe.js';
import { readDescriptors } from '../sample/descriptors.js';
import { readResident } from '../sample/memory.js';
import type { Paced } from './load/messages.js';
import type { MetricName } from './metrics.js';
import type { ServerResult } from './result.js';

/** A server that is soaked. */
export interface Subject {
  target: Target;
  server: StartedTarget;
  probe: Probe;
  /** Its own database. */
  database: { name: string; url: string };
  stop(): Promise<void>;
}

/** What was seen of a server at a time; null where it could not be had. */
export type Reading = Record<MetricName, number | null>;

/** Starts a server with a database of its own, and with what looks into it. */
export async function openSubject(
  target: Target,
  database: RunDatabase,
  signal: AbortSignal,
): Promise<Subject> {
  const { url } = await database.of(target.name);
  const probe = await startProbe();
  try {
    const server = await startTarget(probe.into(target), {
      ...{ databaseUrl: url, signal },
      env: { LOG_LEVEL: 'warn', WORKERS: '1' },
    });
    return {
      ...{ target, server, probe },
      database: { name: new URL(url).pathname.slice(1), url },
      async stop() {
        await server.stop();
        await probe.close();
      },
    };
  } catch (error) {
    await probe.close();
    throw error;
  }
}

/** What each is sent. */
export const pacedOf = (subjects: Subject[], results: ServerResult[]): Paced[] =>
  results.map(({ name, rate }, index) => ({ name, rate, url: subjects[index]?.server.url ?? '' }));

/** How long PostgreSQL is waited for, in ms: it may be stopped. */
const PATIENCE = 2000;

/** Looks at all of them, one after the other: not all shall collect their garbage at once. */
export async function readAll(subjects: Subject[], sql: Sql): Promise<Reading[]> {
  const connections = Promise.race([
    readConnections(subjects, sql),
    sleep(PATIENCE, undefined, { ref: false }),
  ]).catch(() => undefined);
  const readings: Reading[] = [];
  for (const subject of subjects) readings.push(await readOne(subject));
  const counts = await connections;
  return readings.map((reading, index) => ({ ...reading, connections: counts?.[index] ?? null }));
}

async function readOne({ probe, server }: Subject): Promise<Reading> {
  const vitals = await probe.vitals().catch(() => []);
  const heaps = vitals.map(({ objects }) => objects);
  const lates = vitals.map(({ late }) => late).filter((late) => late !== null);
  const rss = await readResident(server.pid);
  const isKnown = (heap: number | null) => heap !== null;
  return {
    heap: heaps.length > 0 && heaps.every(isKnown) ? sum(heaps) : null,
    // One that has ended has none.
    rss: rss || null,
    native:
      rss > 0 && vitals.length > 0 ? rss - sum(vitals.map(({ heapTotal }) => heapTotal)) : null,
    descriptors: await readDescriptors(server.pid),
    connections: null,
    delay: lates.length > 0 ? Math.max(...lates) : null,
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Our own have this name, and are no server's. */
export const APPLICATION = 'heptathlon-soak';

async function readConnections(subjects: Subject[], sql: Sql): Promise<number[]> {
  const found = await sql<{ name: string; count: number }[]>`
    select datname as name, count(*)::int as count from pg_stat_activity
    where backend_type = 'client backend' and application_name <> ${APPLICATION} group by datname`;
  const counts = new Map(found.map(({ name, count }) => [name, count]));
  return subjects.map(({ database }) => counts.get(database.name) ?? 0);
}
