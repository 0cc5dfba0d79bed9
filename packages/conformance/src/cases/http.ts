import { check, exchanges } from '../case.js';
import { expectAnswer, expectEqual, expectThat, expectWorlds, json } from '../expect.js';
import { get, postJson, type Request, request } from '../http/request.js';
import type { Response } from '../http/response.js';
import type { Server } from '../server.js';
import { message, plaintext } from './constants.js';

const raw = (label: string, bytes: string | Buffer): Request => ({
  method: 'GET',
  label,
  bytes: Buffer.from(bytes),
});
const withHeader = (label: string, lines: string) =>
  raw(label, `GET /plaintext HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\n`);
/** What follows a body is a request, to a server that takes the body for shorter than another one does. */
const framed = (label: string, lines: string, body: string) =>
  raw(
    label,
    `POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${lines}\r\n\r\n${body}${get('/users/smuggled').bytes}`,
  );

const notHttp = [
  raw('no slash', 'GET plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  raw('HTTP/1.2', 'GET /plaintext HTTP/1.2\r\nHost: localhost\r\n\r\n'),
  raw('a tab in the target', 'GET /users/a\tb HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  raw('NUL in the target', 'GET /users/\0 HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  raw('the start of TLS', Buffer.from('16030100f0010000ec0303', 'hex')),
  withHeader('NUL in a header', 'X: a\0b'),
  withHeader('a folded header', 'X: a\r\n b'),
  withHeader('a space before the colon', 'X : a'),
  withHeader('headers of 1 MiB', `X: ${'a'.repeat(1024 * 1024)}`),
];

const chunked = '2\r\n{}\r\n0\r\n\r\n';
const smuggling = [
  framed('a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n'),
  framed('chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 5', '0\r\n\r\n'),
  framed('two lengths', 'Content-Length: 2\r\nContent-Length: 3', '{}'),
  framed('a list of lengths', 'Content-Length: 2, 3', '{}'),
  framed('a length with a sign', 'Content-Length: +2', '{}'),
  framed('a length in hex', 'Content-Length: 0x2', '{}'),
  framed('chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', chunked),
  framed('chunked, then identity', 'Transfer-Encoding: chunked, identity', chunked),
  framed('another encoding', 'Transfer-Encoding: identity', '{}'),
  framed('a space before the colon', 'Transfer-Encoding : chunked', chunked),
  framed('a control character', 'Transfer-Encoding: \x0bchunked', chunked),
  framed('a chunk that is no number', 'Transfer-Encoding: chunked', 'x\r\n{}\r\n0\r\n\r\n'),
];

/** Whether it is answered with a status of 4xx or 5xx, or not at all; never twice. */
async function expectRefused(server: Server, { label, bytes }: Request): Promise<void> {
  const connection = await server.connect();
  const read = (): Promise<Response | undefined> =>
    connection.read().catch((error: Error) => {
      // The connection was closed, which is an answer too; silence is none.
      expectThat(!error.message.startsWith('no answer'), `${label}: ${error.message}`);
      return undefined;
    });
  try {
    connection.write(bytes);
    const first = await read();
    if (!first) return;
    expectThat(first.status >= 400, `${label}: expected a refusal, received ${first.status}`);
    expectThat((await read()) === undefined, `${label}: answered twice`);
  } finally {
    connection.close();
  }
  expectAnswer(`GET /json after ${label}`, await server.send(get('/json')), message);
}

const upgrade = (protocol: string) =>
  get('/plaintext', {
    headers: { Connection: 'Upgrade', Upgrade: protocol },
    label: `upgrade to ${protocol}`,
  });

export const http = [
  check('http.invalid', 'what is not HTTP is refused, and hurts nobody', async (server) => {
    for (const request of notHttp) await expectRefused(server, request);
  }),
  check('http.smuggling', 'a body of which the length is in doubt is refused', async (server) => {
    for (const request of smuggling) await expectRefused(server, request);
  }),
  exchanges('http.absolute-form', 'of a URL as target the path counts', [
    [get('http://elsewhere/plaintext'), plaintext],
    [get('http://elsewhere:8080/users/42?x=1'), json({ id: '42' })],
  ]),
  exchanges('http.upgrade', 'an upgrade is not taken', [
    [upgrade('websocket'), plaintext],
    [upgrade('h2c'), plaintext],
  ]),
  exchanges('http.preferences', 'ranges and preferences change nothing', [
    [
      get('/plaintext', {
        headers: {
          Range: 'bytes=0-1',
          Accept: 'image/png',
          'Accept-Encoding': 'gzip, br',
          Origin: 'http://elsewhere',
        },
      }),
      plaintext,
    ],
  ]),
  check('http.host', 'a Host that is none is refused, or not looked at', async (server) => {
    for (const host of [
      'localhost/users',
      'a/b',
      'a b',
      'a?b',
      'a#b',
      'user@host',
      '[::1',
      '%zz',
      '1.2.3.4.5',
      'xn--a',
    ]) {
      for (const method of ['GET', 'HEAD']) {
        const asked = request(method, '/1', { headers: { Host: host }, label: `Host: ${host}` });
        const { status } = await server.send(asked);
        expectThat(
          [400, 404].includes(status),
          `${asked.label}: expected 400 or 404, received ${status}`,
        );
      }
    }
  }),
  check('http.continue', 'Expect: 100-continue is answered before the body', async (server) => {
    const whole = postJson('{"a":1}', { headers: { Expect: '100-continue' } });
    const head = whole.bytes.indexOf('\r\n\r\n') + 4;
    const connection = await server.connect();
    try {
      connection.write(whole.bytes.subarray(0, head));
      await connection.readInterim();
      connection.write(whole.bytes.subarray(head));
      expectAnswer(whole.label, await connection.read(), json({ a: 1 }));
    } finally {
      connection.close();
    }
  }),
  check('http.version-1.0', 'HTTP/1.0 is answered, and the connection closed', async (server) => {
    for (const [path, answer] of [
      ['/plaintext', plaintext],
      ['/json', message],
    ] as const) {
      const connection = await server.connect();
      try {
        connection.write(Buffer.from(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`));
        expectAnswer(`GET ${path} HTTP/1.0`, await connection.read(), answer);
        await connection.ended();
      } finally {
        connection.close();
      }
    }
  }),
  check(
    'http.vanish',
    'clients that vanish hurt nobody, and no 5xx is made of them',
    async (server) => {
      const requests = [
        postJson('{"a":1}'),
        get('/plaintext'),
        get('/queries?count=50'),
        request('POST', '/json', {
          headers: { 'Content-Type': 'application/json' },
          body: `[${'1,'.repeat(20_000)}1]`,
          chunked: true,
        }),
      ];
      for (const { bytes, label } of requests) {
        for (const share of [0.5, 0.9, 1]) {
          const connection = await server.connect();
          connection.write(bytes.subarray(0, Math.floor(bytes.length * share)));
          // Written before it goes.
          await connection.flushed();
          connection.end();
          const answer = await connection.read().catch(() => undefined);
          expectThat((answer?.status ?? 400) < 500, `${label}, cut: received ${answer?.status}`);
          connection.close();
        }
      }
      expectAnswer('GET /json afterwards', await server.send(get('/json')), message);
      expectWorlds('GET /queries afterwards', await server.send(get('/queries?count=3')), 3);
      expectEqual('GET /db afterwards', (await server.send(get('/db'))).status, 200);
    },
  ),
];
