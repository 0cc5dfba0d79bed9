import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../case.js';
import {
  type Answer,
  expectAnswer,
  expectEqual,
  expectHeaders,
  expectThat,
  expectType,
  expectWorlds,
  json,
  problem,
} from '../expect.js';
import { get, postJson, type Request, request } from '../http/request.js';
import { header, type Response } from '../http/response.js';
import type { Server } from '../server.js';
import { message, plaintext } from './constants.js';

const users = ['first', 'second', 'first'].map((id): [Request, Answer] => [
  get(`/users/${id}`),
  json({ id }),
]);
const echoes = [{ a: 1 }, { a: 2 }, [3]].map((value): [Request, Answer] => [
  postJson(JSON.stringify(value)),
  json(value),
]);

/** Sends each request when the last is answered, or all at once. */
async function sendOnOne(
  server: Server,
  pairs: [Request, Answer][],
  pipelined: boolean,
): Promise<void> {
  const connection = await server.connect();
  try {
    if (pipelined) connection.write(Buffer.concat(pairs.map(([{ bytes }]) => bytes)));
    for (const [{ bytes, method, label }, answer] of pairs) {
      if (!pipelined) connection.write(bytes);
      expectAnswer(label, await connection.read(method), answer, method === 'HEAD');
    }
    expectEqual('bytes after the last answer', connection.unread.toString(), '');
  } finally {
    connection.close();
  }
}

/** Sends a request and, when it is answered, another one on the same connection. */
async function sendPair(
  server: Server,
  first: Request,
  second: Request,
): Promise<[Response, Response]> {
  const connection = await server.connect();
  try {
    connection.write(first.bytes);
    const answer = await connection.read(first.method);
    connection.write(second.bytes);
    return [answer, await connection.read(second.method)];
  } finally {
    connection.close();
  }
}

/** Where a request is cut: in the middle of its line, of a header, and of its body. */
function cuts({ bytes }: Request): number[] {
  const head = bytes.indexOf('\r\n\r\n');
  return [
    8,
    bytes.indexOf('\r\n') + 4,
    head + 2,
    head + 4 + Math.floor((bytes.length - head - 4) / 2),
  ];
}

export const connections = [
  check(
    'connection.keep-alive',
    'one connection carries many requests, and nothing is cached',
    (server) =>
      sendOnOne(
        server,
        [...users, ...echoes, [get('/plaintext'), plaintext], [get('/json'), message]],
        false,
      ),
  ),
  check('connection.pipelining', 'pipelined requests are answered in order', (server) =>
    sendOnOne(
      server,
      [...users, [get('/nowhere'), problem(404)], ...echoes, [get('/json'), message], ...users],
      true,
    ),
  ),
  check(
    'connection.pipelining-rows',
    'so are those behind one that waits for the database',
    async (server) => {
      const connection = await server.connect();
      const user = get('/users/behind');
      try {
        for (const count of [3, 1]) {
          const rows = get(`/queries?count=${count}`);
          connection.write(Buffer.concat([rows.bytes, user.bytes]));
          expectWorlds(rows.label, await connection.read(rows.method), count);
          const behind = await connection.read(user.method);
          expectAnswer(`${user.label}, pipelined`, behind, json({ id: 'behind' }));
        }
      } finally {
        connection.close();
      }
    },
  ),
  check('connection.head', 'the answer to a HEAD has no body', async (server) => {
    const head = (path: string, answer: Answer): [Request, Answer][] => [
      [request('HEAD', path), answer],
      [get('/json'), message],
    ];
    await sendOnOne(
      server,
      [
        ...head('/plaintext', plaintext),
        ...head('/json', message),
        ...head('/users/42', json({ id: '42' })),
      ],
      true,
    );
  }),
  check(
    'connection.head-rows',
    'so has one that reads rows; its headers are those of its GET',
    async (server) => {
      for (const path of ['/db', '/queries?count=3', '/template']) {
        const asked = request('HEAD', path);
        const [head, next] = await sendPair(server, asked, get('/json'));
        const whole = await server.send(get(path));
        expectEqual(`${asked.label}: status`, head.status, whole.status);
        expectHeaders(asked.label, head, true);
        expectType(asked.label, head, header(whole, 'content-type') ?? '');
        expectAnswer(`GET /json after ${asked.label}`, next, message);
      }
    },
  ),
  check(
    'connection.upgrade',
    'a request that offers an upgrade is read with its body, and the connection goes on',
    async (server) => {
      // As Java's HttpClient and `curl --http2` send their first one.
      const headers = {
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABkAAQAAP__',
      };
      const body = '{"offers":"h2c"}';
      for (const chunked of [false, true]) {
        const label = `offering h2c, ${chunked ? 'in chunks' : 'with a length'}`;
        await sendOnOne(
          server,
          [
            [postJson(body, { headers, chunked, label }), json({ offers: 'h2c' })],
            [get('/json'), message],
          ],
          false,
        );
      }
    },
  ),
  check('connection.segments', 'a request may come in pieces', async (server) => {
    for (const [whole, answer] of [
      [
        postJson('{"in":"pieces"}', { headers: { 'X-Long': 'x'.repeat(100) } }),
        json({ in: 'pieces' }),
      ],
      [get('/users/pieces'), json({ id: 'pieces' })],
    ] as const) {
      for (const cut of cuts(whole)) {
        const connection = await server.connect();
        connection.write(whole.bytes.subarray(0, cut));
        await sleep(20);
        connection.write(whole.bytes.subarray(cut));
        expectAnswer(
          `${whole.label}, cut at byte ${cut}`,
          await connection.read(whole.method),
          answer,
        );
        connection.close();
      }
    }
  }),
  check(
    'header.date',
    'Date is valid, right, and moves',
    async (server) => {
      const read = async () => {
        const text = header(await server.send(get('/plaintext')), 'date') ?? '';
        // IMF-fixdate: RFC 9110, section 5.6.7
        const valid =
          /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text);
        expectThat(
          valid && new Date(text).toUTCString() === text,
          `Date: not a valid date: "${text}"`,
        );
        expectThat(Math.abs(Date.now() - Date.parse(text)) < 60_000, `Date: "${text}" is not now`);
        return Date.parse(text);
      };
      const first = await read();
      // A server that is busy may be late to tell the time, and is not wrong.
      const deadline = Date.now() + 10_000;
      while ((await read()) <= first) {
        expectThat(Date.now() < deadline, 'Date: it has not moved within 10 s');
        await sleep(50);
      }
    },
    { waits: true },
  ),
  check(
    'queries.concurrent',
    'concurrent requests are answered each with its own',
    async (server) => {
      const requests = Array.from({ length: 300 }, (_, number) =>
        number % 3 === 0
          ? get(`/users/${number}`)
          : number % 3 === 1
            ? get(`/queries?count=${1 + (number % 30)}`)
            : postJson(`[${number}]`, { label: `[${number}]` }),
      );
      await server.sendAll(requests, 50, ({ label }, response) => {
        const id = /users\/(\d+)/.exec(label)?.[1];
        const count = /count=(\d+)/.exec(label)?.[1];
        const echoed = /\[(\d+)\]/.exec(label)?.[1];
        if (id) expectAnswer(label, response, json({ id }));
        else if (count) expectWorlds(label, response, Number(count));
        else expectAnswer(label, response, json([Number(echoed)]));
      });
    },
  ),
];
