// What reading a row costs this process, by how it is read: CPU time in µs a row, with 64 readers at once.
//
//   node packages/db/scripts/measure.ts [turns]
//
// All take turns of 0.2 s each, there and back again; of each one's turns the cheaper half counts.
import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../dist/embedded/index.js';
import { createDatabase } from '../dist/index.js';
import { world } from '../dist/schema.js';

const READERS = 64;
const TURN = 200;
const turns = Number(process.argv[2] ?? 20);

const { url, stop } = await startEmbeddedPostgres();
const randomId = () => 1 + Math.floor(Math.random() * 10_000);

const open = (max: number) =>
  postgres(url, { max, fetch_types: false, connection: { application_name: 'measure' } });

function driver(max: number) {
  const client = open(max);
  return {
    read: () => client`select id, random_number from world where id = ${randomId()}`,
    close: () => client.end(),
  };
}

function throughDrizzle(max: number) {
  const client = open(max);
  const worldById = drizzle(client)
    .select()
    .from(world)
    .where(eq(world.id, sql.placeholder('id')))
    .prepare('world_by_id');
  return { read: () => worldById.execute({ id: randomId() }), close: () => client.end() };
}

function ours(poolSize: number) {
  const database = createDatabase({
    databaseUrl: url,
    poolSize,
    queryTimeout: 1000,
    queueSize: 1024,
  });
  return { read: () => database.randomWorld(), close: () => database.close() };
}

const ways: Record<string, { read(): Promise<unknown>; close(): Promise<void> }> = {
  'driver, 1 connection': driver(1),
  'driver, 2 connections': driver(2),
  'driver, 4 connections': driver(4),
  'driver, 16 connections': driver(16),
  'Drizzle, 1 connection': throughDrizzle(1),
  'Drizzle, 4 connections': throughDrizzle(4),
  'packages/db, 1 connection': ours(1),
  'packages/db, 2 connections': ours(2),
  'packages/db, 4 connections': ours(4),
  'packages/db, 16 connections': ours(16),
};

/** @returns µs of CPU time a row */
async function measure(read: () => Promise<unknown>): Promise<number> {
  let rows = 0;
  const until = performance.now() + TURN;
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (; performance.now() < until; rows++) await read();
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rows;
}

const names = Object.keys(ways);
const found = new Map<string, number[]>(names.map((name) => [name, []]));
for (let turn = -3; turn < turns; turn++) {
  for (const name of turn % 2 === 0 ? names : names.toReversed()) {
    const way = ways[name];
    if (!way) continue;
    const cost = await measure(way.read);
    if (turn >= 0) found.get(name)?.push(cost);
  }
}
const costOf = (name: string) => {
  const costs = (found.get(name) ?? []).toSorted((one, other) => one - other);
  const half = costs.slice(0, Math.ceil(costs.length / 2));
  return half.reduce((sum, cost) => sum + cost, 0) / half.length;
};
const base = costOf(names[0] ?? '');
for (const name of names) {
  console.log(
    `${name.padEnd(28)}${costOf(name).toFixed(2).padStart(7)} µs  ×${(costOf(name) / base).toFixed(2)}`,
  );
}
for (const { close } of Object.values(ways)) await close();
await stop();
