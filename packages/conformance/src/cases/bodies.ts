import { deflateSync, gzipSync } from 'node:zlib';
import { maxBodyBytes } from '@heptathlon/contract';
import { exchanges } from '../case.js';
import { type Answer, json, problem } from '../expect.js';
import { postJson, type Request, request } from '../http/request.js';

type Pair = [Request, Answer];

/** The text goes out as it is; what comes back is what JSON makes of it. */
const echo = (text: string, label?: string): Pair => [
  postJson(text, label ? { label } : {}),
  json(JSON.parse(text)),
];
const typed = (type: string, answer: Answer, body = '{"a":1}'): Pair => [
  request('POST', '/json', { headers: { 'Content-Type': type }, body, label: type }),
  answer,
];
const encoded = (encoding: string, body: string | Buffer, answer: Answer): Pair => [
  postJson(body, { headers: { 'Content-Encoding': encoding }, label: `encoding ${encoding}` }),
  answer,
];
const bad = (body: string | Buffer, label: string): Pair => [
  postJson(body, { label }),
  problem(400),
];

/** A JSON string of exactly so many bytes. */
const sized = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
const kilobyte = JSON.stringify({
  name: 'heptathlon',
  events: ['hurdles', 'high jump', 'shot put', '200 m', 'long jump', 'javelin', '800 m'],
  note: 'seven '.repeat(145),
});

export const bodies = [
  exchanges('echo.values', 'any JSON value is echoed', [
    ...['true', 'false', 'null', '0', '42', '""', '"text"', '[]', '{}'].map((text) =>
      echo(text, text),
    ),
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
    echo('"\\ud800 \\u0000 \\" \\\\ \\/"', 'lone surrogate, NUL'),
  ]),
  exchanges('echo.names', '__proto__ and constructor are names like any other', [
    echo('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    echo('{"a":{"__proto__":null,"toString":1,"hasOwnProperty":2}}'),
    echo('{"polluted":{}}', 'afterwards'),
  ]),
  exchanges('body.malformed', 'a body that is empty or not JSON is 400', [
    bad('', 'empty'),
    bad('  ', 'white space only'),
    ...['{bad', '{"a":1', '{} x', "{'a':1}", '[1,]', 'undefined', '01', '"\u0001"'].map((text) =>
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
  exchanges('body.utf-8', 'invalid UTF-8 is 400, a byte order mark is ignored', [
    bad(Buffer.from([0x22, 0xff, 0x22]), 'the byte FF'),
    bad(Buffer.from([0x22, 0xc3, 0x28, 0x22]), 'a cut sequence'),
    bad(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'an encoded surrogate'),
    [postJson('\ufeff{"a":1}', { label: 'byte order mark' }), json({ a: 1 })],
    bad('\ufeff', 'a byte order mark only'),
  ]),
  exchanges('body.type', 'another content type is 415', [
    ...[
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json5',
      'application/vnd.api+json',
      'text/json',
      'application/json; charset=latin1',
      'application/json; charset=utf-16',
      'application/json; charset=utf8',
      'nonsense',
    ].map((type) => typed(type, problem(415))),
    [request('POST', '/json', { body: '{}', label: 'no type' }), problem(415)],
    [request('POST', '/json', { label: 'no type, no body' }), problem(415)],
    ...[
      'application/json; charset=UTF-8',
      'Application/JSON',
      'application/json;charset="utf-8"',
      'application/json; x=y',
    ].map((type) => typed(type, json({ a: 1 }))),
  ]),
  exchanges('body.encoding', 'a content encoding is 415', [
    encoded('gzip', gzipSync('{}'), problem(415)),
    encoded('deflate', deflateSync('{}'), problem(415)),
    encoded('br', '{}', problem(415)),
    encoded('unknown', '{}', problem(415)),
    encoded('gzip, identity', '{}', problem(415)),
    encoded('identity', '{"a":1}', json({ a: 1 })),
  ]),
  exchanges('body.limit', '64 KiB pass, one byte more is 413, chunked too', [
    echo(sized(maxBodyBytes), '64 KiB'),
    [
      postJson(sized(maxBodyBytes), { chunked: true, label: '64 KiB, chunked' }),
      json('x'.repeat(maxBodyBytes - 2)),
    ],
    [postJson(sized(maxBodyBytes + 1), { label: '64 KiB + 1' }), problem(413)],
    [
      postJson(sized(maxBodyBytes + 1), { chunked: true, label: '64 KiB + 1, chunked' }),
      problem(413),
    ],
  ]),
  exchanges('body.order', '415 comes before 413, and 413 before 400', [
    typed('text/plain', problem(415), sized(maxBodyBytes + 1)),
    typed('text/plain', problem(415), '{bad'),
    encoded('gzip', sized(maxBodyBytes + 1), problem(415)),
    [postJson('{'.repeat(maxBodyBytes + 1), { label: 'too large and not JSON' }), problem(413)],
  ]),
];
