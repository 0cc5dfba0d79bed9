import { countRange, type World } from '@heptathlon/contract';
import { check } from '../case.js';
import {
  expectEqual,
  expectHeaders,
  expectThat,
  expectType,
  expectWorld,
  expectWorlds,
} from '../expect.js';
import { get } from '../http/request.js';
import { header } from '../http/response.js';
import type { Server } from '../server.js';
import { expectPage } from './page.js';

/** What `count` says, and how many rows that is. */
const counts: [query: string, rows: number][] = [
  ['?count=1', 1],
  ['?count=2', 2],
  ['?count=20', 20],
  ['?count=007', 7],
  ['?count=500', countRange.maximum],
  ['?count=501', countRange.maximum],
  [`?count=${'9'.repeat(400)}`, countRange.maximum],
  ['?count=0', 1],
  ['?count=-0', 1],
  ['?count=-1', 1],
  [`?count=-${'9'.repeat(400)}`, 1],
  ['', 1],
  ['?', 1],
  ['?count', 1],
  ['?count=', 1],
  ['?count=20abc', 1],
  ['?count=abc', 1],
  ['?count=1.5', 1],
  ['?count=1e2', 1],
  ['?count=0x10', 1],
  ['?count=+5', 1],
  ['?count=%2B5', 1],
  ['?count=%205', 1],
  ['?count=5%0A', 1],
  ['?count=%D9%A5', 1],
  ['?count=%EF%BC%95', 1],
  ['?count=%33', 3],
  ['?x=9&count=3', 3],
  ['?count=3&count=5', 3],
  ['?count=x&count=5', 1],
  ['?count=&count=5', 1],
  ['?Count=5', 1],
  ['?count[]=5', 1],
  ['?count=3=3', 1],
  ['?counts=5', 1],
];

async function readWorld(server: Server): Promise<World> {
  const response = await server.send(get('/db'));
  expectEqual('GET /db: status', response.status, 200);
  expectType('GET /db', response, 'application/json');
  const row: unknown = JSON.parse(response.body.toString());
  expectWorld('GET /db', row);
  expectEqual('GET /db: body', response.body.toString(), JSON.stringify(row));
  return row;
}

async function readWorlds(server: Server, count: number): Promise<World[]> {
  const label = `GET /queries?count=${count}`;
  return expectWorlds(label, await server.send(get(`/queries?count=${count}`)), count);
}

async function readPage(server: Server): Promise<World[]> {
  return expectPage('GET /template', await server.send(get('/template')));
}

/** Many rows from each of the three operations. */
async function sample(server: Server): Promise<Record<'db' | 'queries' | 'template', World[]>> {
  const many = <T>(times: number, read: () => Promise<T>) =>
    Promise.all(Array.from({ length: times }, read));
  return {
    db: await many(200, () => readWorld(server)),
    queries: (await many(4, () => readWorlds(server, 500))).flat(),
    template: (await many(30, () => readPage(server))).flat(),
  };
}

/** Pairs of rows with the same id. */
function repetitions(worlds: World[]): number {
  const seen = new Map<number, number>();
  let pairs = 0;
  for (const { id } of worlds) {
    const before = seen.get(id) ?? 0;
    pairs += before;
    seen.set(id, before + 1);
  }
  return pairs;
}

export const rows = [
  check('db.answer', 'GET /db answers one row', async (server) => {
    const response = await server.send(get('/db'));
    await readWorld(server);
    expectHeaders('GET /db', response);
    expectEqual(
      'GET /db: Content-Length',
      header(response, 'content-length'),
      String(response.body.length),
    );
  }),
  check(
    'queries.count',
    'GET /queries answers as many rows as count says, 1 to 500',
    async (server) => {
      for (const [query, rows] of counts) {
        const label = `GET /queries${query.slice(0, 40)}`;
        const response = await server.send(get(`/queries${query}`));
        expectWorlds(label, response, rows);
        expectHeaders(label, response);
        expectEqual(
          `${label}: Content-Length`,
          header(response, 'content-length'),
          String(response.body.length),
        );
      }
    },
  ),
  check(
    'template.answer',
    'GET /template answers the page, byte for byte, values escaped',
    async (server) => {
      const response = await server.send(get('/template'));
      expectPage('GET /template', response);
      expectHeaders('GET /template', response);
      expectEqual(
        'GET /template: Content-Length',
        header(response, 'content-length'),
        String(response.body.length),
      );
    },
  ),
  check(
    'rows.random',
    'ids vary over the whole range, and repeat no more than chance allows',
    async (server) => {
      const { db, queries, template } = await sample(server);
      // 2,000 ids, 200 expected in each tenth; by Bernstein's inequality 80 and 320 are passed by
      // chance less than once in 10^12 runs.
      const tenths = Array.from({ length: 10 }, () => 0);
      for (const { id } of queries) {
        const tenth = Math.ceil(id / 1000) - 1;
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expectThat(
        tenths.every((found) => found > 80 && found < 320),
        `GET /queries: ids are not spread over 1..10000: ${tenths.join(', ')} in each thousand`,
      );
      // Pairs of equal ids: computed exactly, each bound is passed by chance less than once in 10^9 runs
      // (1.9e-10, 5.2e-10 and 6.0e-11).
      for (const [what, worlds, most] of [
        ['GET /db, 200 times', db, 18],
        ['GET /template, 30 times', template, 24],
        ['20 rows of GET /queries', queries.slice(0, 20), 6],
      ] as const) {
        const found = repetitions([...worlds]);
        expectThat(found <= most, `${what}: ${found} pairs of rows have the same id`);
        const ids = worlds.map(({ id }) => id);
        if (worlds.length < 100) continue;
        // Nobody misses a whole tenth at either end by chance: 0.9^200 is 7.1e-10.
        expectThat(
          Math.min(...ids) <= 1000 && Math.max(...ids) > 9000,
          `${what}: ids lie between ${Math.min(...ids)} and ${Math.max(...ids)} only`,
        );
      }
    },
  ),
  check('rows.consistent', 'one id always has the same number', async (server) => {
    const { db, queries, template } = await sample(server);
    const numbers = new Map<number, number>();
    for (const { id, randomNumber } of [...db, ...queries, ...template]) {
      const before = numbers.get(id) ?? randomNumber;
      expectEqual(`the number of row ${id}`, randomNumber, before);
      numbers.set(id, randomNumber);
    }
  }),
  check(
    'rows.table',
    'the rows are those of the table',
    async (server) => {
      const table = await server.sql<
        World[]
      >`select id, random_number as "randomNumber" from world`;
      const numbers = new Map(table.map(({ id, randomNumber }) => [id, randomNumber]));
      for (const [operation, worlds] of Object.entries(await sample(server))) {
        for (const { id, randomNumber } of worlds) {
          expectEqual(`${operation}: the number of row ${id}`, randomNumber, numbers.get(id));
        }
      }
    },
    { needsSql: true },
  ),
];
