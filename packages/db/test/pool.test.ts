import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../dist/embedded/index.js';
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
  DatabaseUnavailable,
} from '../src/index.js';

let server: EmbeddedPostgres;
let databaseUrl: string;
const opened: { close(): unknown }[] = [];

beforeAll(async () => {
  server = await startEmbeddedPostgres();
  databaseUrl = await server.createDatabase('test_pool');
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});
afterAll(() => server.stop());

/** Rows that are waited for come within four seconds on a busy machine, too, a connection by TLS among what they need. */
function open(databaseUrl: string, options: Partial<DatabaseOptions> = {}): Database {
  const defaults = { poolSize: 1, queryTimeout: 4000, queueSize: 1024 };
  const database = createDatabase({ databaseUrl, ...defaults, ...options });
  opened.push(database);
  return database;
}

/** Stands before the database. */
async function startWire(accept: (client: Socket) => Socket = (client) => client) {
  const behind = new URL(databaseUrl);
  const wire = {
    url: databaseUrl,
    connections: 0,
    /** What it does with what the database answers; nothing is to pass it on. */
    answer: (_client: Socket, _bytes: Buffer): boolean => true,
  };
  const open = new Set<Socket>();
  const listener = createServer((raw) => {
    wire.connections++;
    open.add(raw);
    raw.on('error', () => {}).on('close', () => open.delete(raw));
    const client = accept(raw);
    const upstream = connect(Number(behind.port), behind.hostname);
    client.on('error', () => {}).on('close', () => upstream.destroy());
    upstream.on('error', () => {}).on('close', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => wire.answer(client, bytes) && client.write(bytes));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  wire.url = url.href;
  opened.push({
    close: () => {
      for (const socket of open) socket.destroy();
      listener.close();
    },
  });
  return Object.assign(wire, { open });
}

/** Rows are those of the seed, so that one which is another query's is noticed. */
async function expectRows(database: Database): Promise<void> {
  for (const { id, randomNumber } of await database.randomWorlds(3)) {
    expect(randomNumber).toBe(1 + ((id * 7919) % 10_000));
  }
}

test.each([1, 3])(
  'of %d connections one that falls silent is ended, and the next read has its rows',
  async (poolSize) => {
    const wire = await startWire();
    const database = open(wire.url, { poolSize });
    await expectRows(database);
    const before = [...wire.open];
    wire.answer = (client) => !before.includes(client);
    await expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
    await vi.waitFor(() => expect(before.filter((client) => wire.open.has(client))).toEqual([]), {
      timeout: 20_000,
    });
    await expectRows(database);
  },
);

test('those who waited for a pool that was lost take no place in the next', async () => {
  const queueSize = 20;
  const wire = await startWire();
  const database = open(wire.url, { queryTimeout: 1000, queueSize });
  for (let round = 0; round < 4; round++) {
    await vi.waitFor(() => expectRows(database), { timeout: 20_000 });
    wire.answer = () => false;
    // They come one after the other, while a connection is silent, is ended, and another one is opened that is silent, too.
    const reads: Promise<unknown>[] = [];
    for (let read = 0; read < queueSize; read++) {
      reads.push(expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable));
      await sleep(100);
    }
    await Promise.all(reads);
    wire.answer = () => true;
  }
  const all = () => Promise.all(Array.from({ length: queueSize }, () => database.randomWorld()));
  await vi.waitFor(all, { timeout: 20_000 });
});

test('a connection on which nobody waits for anything stays', async () => {
  const wire = await startWire();
  const database = open(wire.url, { queryTimeout: 200 });
  await vi.waitFor(() => expectRows(database), { timeout: 20_000 });
  const { connections } = wire;
  await sleep(1000);
  await vi.waitFor(() => expectRows(database), { timeout: 20_000 });
  expect(wire.connections).toBe(connections);
});

test('a row that was half read when its connection was lost is no part of the next answer', async () => {
  const wire = await startWire();
  const database = open(wire.url, { queryTimeout: 20_000 });
  await expectRows(database);
  // Behind the row, and before what says that it was the last.
  wire.answer = (client, bytes) => {
    client.write(bytes.subarray(0, bytes.indexOf('SELECT 1') - 5), () => client.resetAndDestroy());
    return false;
  };
  await expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  wire.answer = () => true;
  await expectRows(database);
});

test('what ended a connection is told to the query that was on it, and to none of the next', async () => {
  const admin = postgres(databaseUrl, { max: 1 });
  opened.push({ close: () => admin.end() });
  const database = open(databaseUrl, { queryTimeout: 20_000 });
  await admin.begin(async (sql) => {
    await sql`lock table world in access exclusive mode`;
    const ended = expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
    const waiting = () => sql<{ pid: number }[]>`
      select pid from pg_stat_activity where application_name = 'heptathlon' and datname = current_database() and wait_event_type = 'Lock'`;
    let found = await waiting();
    while (found.length === 0) {
      await sleep(20);
      // What is seen in a transaction is what its first look saw.
      await sql`select pg_stat_clear_snapshot()`;
      found = await waiting();
    }
    await sql`select pg_terminate_backend(${found[0]?.pid ?? 0})`;
    await ended;
  });
  await expectRows(database);
});

test.each(['resetAndDestroy', 'destroy'] as const)(
  'queries at every moment of the end of a connection are answered or fail, by %s',
  async (end) => {
    const wire = await startWire();
    const database = open(wire.url);
    for (let round = 0; round < 10; round++) {
      await vi.waitFor(() => expectRows(database), { timeout: 20_000 });
      const reads: Promise<unknown>[] = [];
      const failed = () => reads.push(database.randomWorld().catch((error: unknown) => error));
      for (const client of wire.open) client[end]();
      for (let turn = 0; turn < 20; turn++) {
        failed();
        await nextTurn();
      }
      for (const found of await Promise.all(reads)) {
        if (found instanceof Error) expect(found).toBeInstanceOf(DatabaseUnavailable);
      }
      // Not only later: what waits for a connection that never says a word is late.
      await expectRows(database);
    }
  },
);

test('a database that accepts connections and closes them is unavailable at once', async () => {
  const wire = await startWire((client) => client.end());
  const database = open(wire.url, { queryTimeout: 30_000 });
  await expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  await expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  expect(wire.connections).toBeLessThan(6);
});

test('behind TLS a connection that falls silent is ended, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  const [key, cert] = ['key', 'cert'].map((name) => join(folder, name)) as [string, string];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test';
  execFileSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert], { stdio: 'pipe' });
  const secret = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  const wire = await startWire((raw) => new TLSSocket(raw, { isServer: true, ...secret }));
  const database = open(`${wire.url}?sslmode=require&sslnegotiation=direct`);
  await expectRows(database);
  const [before] = wire.open;
  wire.answer = () => false;
  await expect(database.randomWorld()).rejects.toThrow(DatabaseUnavailable);
  await vi.waitFor(() => expect(wire.open).not.toContain(before), { timeout: 20_000 });
  wire.answer = () => true;
  await expectRows(database);
});
