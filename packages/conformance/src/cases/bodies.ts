import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { maxBodyBytes } from '@heptathlon/contract';
import { check, exchanges } from '../case.js';
import { type Answer, expectAnswer, expectThat, json, problem } from '../expect.js';
import { get, postJson, type Request, request } from '../http/request.js';
import { header } from '../http/response.js';
import { message } from './constants.js';

type Pair = [Request, Answer];

/** The text goes out as it is; what comes back is what JSON makes of it. */
const echo = (text: string, label?: string): Pair => [
  postJson(text, label ? { label } : {}),
  json(JSON.parse(text)),
];
const typed = (type: string, answer: Answer): Pair => [
  request('POST', '/json', { headers: { 'Content-Type': type }, body: '{"a":1}', label: type }),
  answer,
];
const bad = (body: string | Buffer, label: string): Pair => [
  postJson(body, { label }),
  problem(400),
];

/** A JSON array of exactly so many bytes. */
const sized = (bytes: number) => JSON.stringify(['x'.repeat(bytes - 4)]);
const kilobyte = JSON.stringify({
  name: 'heptathlon',
  events: ['hurdles', 'high jump', 'shot put', '200 m', 'long jump', 'javelin', '800 m'],
  note: 'seven '.repeat(145),
});

const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;

/** Requests of which the first bytes say that the body is too large, and what a client may send after its answer. */
const tooLarge: [label: string, headers: string[], start: string, rest?: string][] = [
  ['declared as 10 MB', ['Content-Length: 10000000'], '["'],
  [
    'declared as 10 MB, Expect: 100-continue',
    ['Content-Length: 10000000', 'Expect: 100-continue'],
    '',
  ],
  [
    'in chunks',
    ['Transfer-Encoding: chunked'],
    `1\r\n[\r\n${chunk.repeat(5)}`,
    `${chunk.repeat(20)}0\r\n\r\n`,
  ],
];

export const bodies = [
  exchanges('echo.values', 'an object or array is echoed', [
    ...['[]', '{}', '[null]', '[true,false,0,42,"","text"]'].map((text) => echo(text, text)),
    echo('{"a":[1,{"b":null}],"c":{"d":{"e":[[],{}]}}}', 'nested'),
    echo(' \t\r\n{ "spaced" : [ 1 , 2 ] } \n', 'white space'),
    echo(kilobyte, '1 KB'),
    echo(`${'['.repeat(30_000)}${']'.repeat(30_000)}`, '30,000 arrays deep'),
    echo(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, '10,000 objects deep'),
  ]),
  exchanges('echo.numbers', 'numbers are IEEE 754 doubles', [
    echo(
      '[0,-0,0.1,-1.5,1e308,5e-324,1E2,9007199254740991,-9007199254740991,1.7976931348623157e308]',
    ),
  ]),
  exchanges('echo.unicode', 'text is Unicode, escaped or not', [
    echo('{"é😀":"\u2028\u2029","\\u00e9":"\\ud83d\\ude00"}', 'escapes'),
    echo('["\\ud800 \\u0000 \\" \\\\ \\/"]', 'lone surrogate, NUL'),
  ]),
  exchanges('echo.names', '__proto__ and constructor are names like any other', [
    echo('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    echo('{"a":{"__proto__":null,"toString":1,"hasOwnProperty":2}}'),
    echo('{"polluted":{}}', 'afterwards'),
  ]),
  exchanges('body.malformed', 'a body that is empty or not JSON is 400', [
    bad('', 'empty'),
    bad('  ', 'white space only'),
    ...['{bad', '{"a":1', '{} x', "{'a':1}", '[1,]', 'undefined', '["\u0001"]'].map((text) =>
      bad(text, text),
    ),
    [
      request('POST', '/json', {
        headers: { 'Content-Type': 'application/json' },
        label: 'no body',
      }),
      problem(400),
    ],
  ]),
  exchanges(
    'body.scalar',
    'JSON that is neither object nor array is 400',
    ['true', 'false', 'null', '0', '42', '""', '"text"', ' "text"'].map((text) => bad(text, text)),
  ),
  exchanges('body.type', 'another content type is 415', [
    ...[
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/json5',
      'text/json',
    ].map((type) => typed(type, problem(415))),
    [request('POST', '/json', { body: '{"a":1}', label: 'no type' }), problem(415)],
    ...['charset=utf-8', 'charset=UTF-8', 'charset="utf-8"', 'profile=x'].map((parameter) =>
      typed(`application/json; ${parameter}`, json({ a: 1 })),
    ),
  ]),
  check('body.encoding', 'a compressed body is refused', async (server) => {
    for (const [encoding, encode] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const) {
      const headers = { 'Content-Encoding': encoding };
      const asked = postJson(encode('{"a":1}'), { headers, label: `encoding ${encoding}` });
      const response = await server.send(asked);
      const { status } = response;
      expectThat(
        [400, 413, 415].includes(status),
        `${asked.label}: expected a 4xx, received ${status}`,
      );
      expectAnswer(asked.label, response, problem(status as 400));
    }
  }),
  exchanges('body.limit', '64 KiB pass, one byte more is 413, chunked too', [
    echo(sized(maxBodyBytes), '64 KiB'),
    [
      postJson(sized(maxBodyBytes), { chunked: true, label: '64 KiB, chunked' }),
      json(['x'.repeat(maxBodyBytes - 4)]),
    ],
    [postJson(sized(maxBodyBytes + 1), { label: '64 KiB + 1' }), problem(413)],
    [
      postJson(sized(maxBodyBytes + 1), { chunked: true, label: '64 KiB + 1, chunked' }),
      problem(413),
    ],
  ]),
  check(
    'body.limit-known',
    '413 comes as soon as it is known; behind the rest the connection goes on, or it ends',
    async (server) => {
      for (const [label, headers, start, rest] of tooLarge) {
        const connection = await server.connect();
        try {
          const head = [
            'POST /json HTTP/1.1',
            'Host: localhost',
            'Content-Type: application/json',
            ...headers,
          ];
          connection.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`));
          // A client that waits for 100 Continue, and one that is sent its answer while it still sends.
          await sleep(20);
          connection.write(Buffer.from(start));
          const refused = await connection.read('POST');
          expectAnswer(`POST /json (${label})`, refused, problem(413));
          if (!rest || /close/i.test(header(refused, 'connection') ?? '')) continue;
          const next = get('/json');
          connection.write(Buffer.concat([Buffer.from(rest), next.bytes]));
          const answer = await connection.read().catch(() => connection.ended());
          if (answer) expectAnswer(`${next.label} behind it`, answer, message);
        } finally {
          connection.close();
        }
      }
    },
  ),
];
