import { gunzipSync } from 'node:zlib';
import { type KnownProblem, problemFor, problems } from '@heptathlon/contract';
import type { DatabaseState } from '../../src/case.js';
import type { Ask, Mutation, Reply } from './proxy.js';

/** A server that breaks rules. */
export interface Mutant {
  name: string;
  /** The rules that have to notice. */
  breaks: string[];
  database?: DatabaseState;
  mutation: Mutation;
}

/** A server that breaks rules below HTTP. */
export interface RawMutant {
  name: string;
  breaks: string[];
  change(data: Buffer): Buffer | undefined;
}

const withBody = (reply: Reply, body: string | Buffer, status = reply.status): Reply => ({
  status,
  headers: { ...reply.headers, 'content-length': String(Buffer.byteLength(body)) },
  body: Buffer.from(body),
});
const answer = (status: KnownProblem['status']): Reply =>
  withBody(
    { status, headers: { 'content-type': 'application/problem+json' }, body: Buffer.alloc(0) },
    JSON.stringify(problemFor(status)),
  );
const path = ({ url }: Ask) => url.split('?')[0] ?? '';
const isEcho = ({ method, url }: Ask) => method === 'POST' && url === '/json';
const readsRows = (ask: Ask) => ['/db', '/queries', '/template'].includes(path(ask));
/** Changes the text of the right answers to some requests. */
const text = (
  where: (ask: Ask) => boolean,
  change: (body: string, ask: Ask) => string,
): Mutation => ({
  reply: (reply, ask) =>
    where(ask) && reply.status === 200 && ask.method !== 'HEAD'
      ? withBody(reply, change(reply.body.toString(), ask))
      : reply,
});
const header = (name: string, value: string, where = (_: Ask) => true): Mutation => ({
  reply: (reply, ask) =>
    where(ask) ? { ...reply, headers: { ...reply.headers, [name]: value } } : reply,
});
const url = (change: (url: string) => string): Mutation => ({
  ask: (ask) => ({ ...ask, url: change(ask.url) }),
});
const cached = (key: (ask: Ask) => string | undefined): Mutation => {
  const cache = new Map<string, Reply>();
  return {
    reply(reply, ask) {
      const name = key(ask);
      if (name === undefined || reply.status !== 200) return reply;
      const found = cache.get(name) ?? reply;
      cache.set(name, found);
      return found;
    },
  };
};
const numbers = (change: (id: number, randomNumber: number) => number): Mutation =>
  text(readsRows, (body) =>
    body
      .replace(
        /"id":(\d+),"randomNumber":(\d+)/g,
        (_, id, n) => `"id":${id},"randomNumber":${change(Number(id), Number(n))}`,
      )
      .replace(
        /<td>(\d+)<\/td><td>(\d+)<\/td>/g,
        (_, id, n) => `<td>${id}</td><td>${change(Number(id), Number(n))}</td>`,
      ),
  );

let previousEcho: Reply | undefined;

export const mutants: Mutant[] = [
  {
    name: 'another text',
    breaks: ['plaintext.answer', 'connection.keep-alive'],
    mutation: text(
      (ask) => ask.url.includes('text'),
      () => 'Hello, world!',
    ),
  },
  {
    name: 'JSON with a space',
    breaks: ['json.answer', 'connection.pipelining', 'connection.head'],
    mutation: text(
      (ask) => ask.url === '/json' && ask.method === 'GET',
      () => '{"message": "Hello, World!"}',
    ),
  },
  {
    name: 'X-Powered-By',
    breaks: ['plaintext.answer', 'params.answer', 'db.answer'],
    mutation: header('X-Powered-By', 'Mutant'),
  },
  {
    name: 'an ETag',
    breaks: ['json.answer', 'template.answer', 'queries.count'],
    mutation: header('ETag', '"1"'),
  },
  {
    name: 'a Vary',
    breaks: ['body.malformed', 'path.unknown'],
    mutation: header('Vary', 'Accept'),
  },
  {
    name: 'text in Latin-1',
    breaks: ['plaintext.answer'],
    mutation: header(
      'content-type',
      'text/plain; charset=latin1',
      ({ url }) => url === '/plaintext',
    ),
  },
  {
    name: 'JSON as text',
    breaks: ['db.answer', 'queries.count'],
    mutation: header('content-type', 'text/plain; charset=utf-8', readsRows),
  },
  {
    name: 'errors as plain JSON',
    breaks: ['path.unknown', 'body.type'],
    mutation: {
      reply: (reply) =>
        reply.status < 400
          ? reply
          : { ...reply, headers: { ...reply.headers, 'content-type': 'application/json' } },
    },
  },
  {
    name: 'no Content-Length',
    breaks: ['plaintext.answer', 'json.answer', 'db.answer'],
    mutation: {
      reply({ headers: { 'content-length': _, ...headers }, ...reply }) {
        return { ...reply, headers };
      },
    },
  },
  {
    name: 'reads the body of a GET',
    breaks: ['get.body'],
    mutation: {
      answer: (ask) => (ask.method === 'GET' && ask.body.length > 0 ? answer(400) : undefined),
    },
  },
  {
    name: 'HEAD is not routed',
    breaks: ['method.head'],
    mutation: { answer: (ask) => (ask.method === 'HEAD' ? answer(404) : undefined) },
  },
  {
    name: 'ids are not decoded',
    breaks: ['params.answer'],
    mutation: text(
      (ask) => ask.url.startsWith('/users/'),
      (_, ask) => JSON.stringify({ id: path(ask).slice(7) }),
    ),
  },
  {
    name: 'ids are counted in UTF-16',
    breaks: ['params.length'],
    mutation: {
      answer: (ask) => (/^\/users\/(%F0%9F%98%80){51,}$/.test(ask.url) ? answer(400) : undefined),
    },
  },
  {
    name: 'long ids are not found',
    breaks: ['params.length'],
    mutation: { answer: (ask) => (/^\/users\/.{101,}$/.test(ask.url) ? answer(404) : undefined) },
  },
  {
    name: 'malformed escapes are not found',
    breaks: ['params.malformed'],
    mutation: {
      reply: (reply, ask) => (ask.method === 'GET' && reply.status === 400 ? answer(404) : reply),
    },
  },
  {
    name: 'unknown paths answer',
    breaks: ['path.unknown', 'method.unlisted'],
    mutation: { reply: (reply) => (reply.status === 404 ? withBody(reply, 'Hello', 200) : reply) },
  },
  {
    name: 'a trailing slash is ignored',
    breaks: ['path.trailing-slash'],
    mutation: url((url) => url.replace(/(.)\/(?=$|\?)/, '$1')),
  },
  {
    name: 'letter case is ignored',
    breaks: ['path.letter-case'],
    mutation: url((url) => url.toLowerCase()),
  },
  {
    name: '405',
    breaks: ['method.unlisted'],
    mutation: {
      reply: (reply, ask) =>
        reply.status === 404 && ask.method !== 'GET' ? { ...reply, status: 405 } : reply,
    },
  },
  {
    name: 'any JSON value is echoed',
    breaks: ['body.scalar'],
    mutation: {
      reply: (reply, ask) =>
        isEcho(ask) && /^(true|42|"text")$/.test(ask.body.toString())
          ? {
              ...withBody(reply, ask.body, 200),
              headers: {
                'content-type': 'application/json',
                'content-length': String(ask.body.length),
              },
            }
          : reply,
    },
  },
  {
    name: 'arrays are refused',
    breaks: ['echo.values', 'echo.numbers', 'body.limit'],
    mutation: {
      answer: (ask) =>
        isEcho(ask) && /^\s*\[/.test(ask.body.toString()) ? answer(400) : undefined,
    },
  },
  {
    name: 'small numbers vanish',
    breaks: ['echo.numbers'],
    mutation: text(isEcho, (body) => body.replace('5e-324', '0')),
  },
  {
    name: 'the echo is ASCII',
    breaks: ['echo.unicode'],
    mutation: text(isEcho, (body) => body.replace(/[^ -~]/g, '?')),
  },
  {
    name: '__proto__ is dropped',
    breaks: ['echo.names'],
    mutation: text(isEcho, (body) => body.replace(/"__proto__":\{.*?\},?/g, '')),
  },
  {
    name: 'a body that is not JSON is {}',
    breaks: ['body.malformed', 'body.scalar'],
    mutation: {
      reply: (reply, ask) =>
        isEcho(ask) && reply.status === 400
          ? {
              ...withBody(reply, '{}', 200),
              headers: { 'content-type': 'application/json', 'content-length': '2' },
            }
          : reply,
    },
  },
  {
    name: 'any type is taken',
    breaks: ['body.type'],
    mutation: {
      ask: (ask) => ({ ...ask, headers: { ...ask.headers, 'content-type': 'application/json' } }),
    },
  },
  {
    name: 'gzip is decoded',
    breaks: ['body.encoding'],
    mutation: {
      ask({ headers: { 'content-encoding': encoding, ...headers }, ...ask }) {
        if (encoding !== 'gzip' || ask.body[0] !== 0x1f)
          return {
            ...ask,
            headers: { ...headers, ...(encoding && { 'content-encoding': encoding }) },
          };
        return { ...ask, headers, body: gunzipSync(ask.body) };
      },
    },
  },
  {
    name: 'a byte less is the limit',
    breaks: ['body.limit'],
    mutation: {
      answer: (ask) => (isEcho(ask) && ask.body.length === 65_536 ? answer(413) : undefined),
    },
  },
  {
    name: 'a chunked body has no limit',
    breaks: ['body.limit'],
    mutation: {
      reply: (reply, ask) =>
        reply.status === 413 && ask.headers['transfer-encoding']
          ? {
              ...withBody(reply, ask.body, 200),
              headers: {
                'content-type': 'application/json',
                'content-length': String(ask.body.length),
              },
            }
          : reply,
    },
  },
  {
    name: 'numbers are strings',
    breaks: ['db.answer', 'queries.count'],
    mutation: text(readsRows, (body) => body.replace(/"id":(\d+)/g, '"id":"$1"')),
  },
  {
    name: 'a member more',
    breaks: ['db.answer'],
    mutation: text(
      (ask) => ask.url === '/db',
      (body) => body.replace('}', ',"extra":1}'),
    ),
  },
  {
    name: 'at most 100 rows',
    breaks: ['queries.count'],
    mutation: url((url) => url.replace(/count=[1-9]\d\d+$/, 'count=100')),
  },
  {
    name: 'parseInt',
    breaks: ['queries.count'],
    mutation: url((url) => url.replace(/count=(\d+)[a-z.].*/, 'count=$1')),
  },
  {
    name: 'the last count holds',
    breaks: ['queries.count'],
    mutation: url((url) => url.replace(/count=[^&]*&count=/, 'count=')),
  },
  {
    name: 'a wrong count is refused',
    breaks: ['queries.count'],
    mutation: { answer: (ask) => (/count=(0|abc)$/.test(ask.url) ? answer(400) : undefined) },
  },
  {
    name: 'the page is not escaped',
    breaks: ['template.answer'],
    mutation: text(
      (ask) => ask.url === '/template',
      (body) => body.replaceAll('&lt;', '<'),
    ),
  },
  {
    name: 'a space less in the page',
    breaks: ['template.answer'],
    mutation: text(
      (ask) => ask.url === '/template',
      (body) => body.replace('  <body>', ' <body>'),
    ),
  },
  {
    name: 'nine rows in the page',
    breaks: ['template.answer'],
    mutation: text(
      (ask) => ask.url === '/template',
      (body) => body.replace(/ *<tr><td>.*\n/, ''),
    ),
  },
  {
    name: 'rows are cached',
    breaks: ['rows.random'],
    mutation: cached((ask) => (readsRows(ask) ? ask.url : undefined)),
  },
  {
    name: 'ids up to 5,000',
    breaks: ['rows.random'],
    mutation: text(readsRows, (body) =>
      body.replace(/"id":(\d+)|(?<=<tr><td>)(\d+)/g, (found, id) =>
        id ? `"id":${1 + (Number(id) % 5000)}` : String(1 + (Number(found) % 5000)),
      ),
    ),
  },
  {
    name: 'one row, twenty times',
    breaks: ['rows.random'],
    mutation: text(
      (ask) => path(ask) === '/queries',
      (body) =>
        JSON.stringify(
          JSON.parse(body).map(
            (_: unknown, index: number, all: unknown[]) => all[index - (index % 20)],
          ),
        ),
    ),
  },
  {
    name: 'numbers are made up',
    breaks: ['rows.consistent'],
    mutation: numbers(() => 1 + Math.floor(Math.random() * 10_000)),
  },
  {
    name: 'numbers of other rows',
    breaks: ['rows.table'],
    mutation: numbers((_, randomNumber) => 1 + (randomNumber % 10_000)),
  },
  {
    name: 'echoes are cached',
    breaks: ['connection.keep-alive', 'connection.pipelining'],
    mutation: cached((ask) => (isEcho(ask) ? 'echo' : undefined)),
  },
  {
    name: 'users are cached',
    breaks: ['connection.keep-alive', 'connection.pipelining'],
    mutation: cached((ask) => (ask.url.startsWith('/users/') ? 'user' : undefined)),
  },
  {
    name: 'concurrent echoes are mixed up',
    breaks: ['queries.concurrent'],
    mutation: {
      reply(reply, ask) {
        if (!isEcho(ask)) return reply;
        const other = previousEcho ?? reply;
        previousEcho = reply;
        return other;
      },
    },
  },
  {
    name: 'the date stands still',
    breaks: ['header.date'],
    mutation: header('date', new Date().toUTCString()),
  },
  {
    name: 'the date is ISO 8601',
    breaks: ['header.date'],
    mutation: header('date', new Date().toISOString()),
  },
  {
    name: 'a date long ago',
    breaks: ['header.date'],
    mutation: header('date', new Date(0).toUTCString()),
  },
  {
    name: '500 without a database',
    breaks: ['database.down'],
    database: 'down',
    mutation: { reply: (reply) => (reply.status === 503 ? answer(500) : reply) },
  },
  {
    name: '503 without Retry-After',
    breaks: ['database.down'],
    database: 'down',
    mutation: { reply: (reply) => (reply.status === 503 ? answer(503) : reply) },
  },
  {
    name: 'nothing without a database',
    breaks: ['database.down-others'],
    database: 'down',
    mutation: { answer: () => answer(503) },
  },
  {
    name: 'a 500 that tells its cause',
    breaks: ['database.empty'],
    database: 'empty',
    mutation: {
      reply: (reply) =>
        reply.status === 500
          ? withBody(
              reply,
              JSON.stringify({ ...problems[500], detail: 'relation "world" does not exist' }),
            )
          : reply,
    },
  },
  {
    name: '503 for everything',
    breaks: ['database.empty'],
    database: 'empty',
    mutation: { reply: (reply) => (reply.status === 500 ? answer(503) : reply) },
  },
  {
    name: 'a HEAD of rows with a header more',
    breaks: ['connection.head-rows'],
    mutation: header('X-Powered-By', 'Mutant', (ask) => ask.method === 'HEAD' && readsRows(ask)),
  },
  {
    name: 'a HEAD of rows of another type',
    breaks: ['connection.head-rows'],
    mutation: header('content-type', 'text/csv', (ask) => ask.method === 'HEAD' && readsRows(ask)),
  },
  {
    name: 'deep nesting is refused',
    breaks: ['echo.values'],
    mutation: {
      answer: (ask) =>
        isEcho(ask) && /^\[{5000}/.test(ask.body.toString()) ? answer(400) : undefined,
    },
  },
  {
    name: 'a body that is too large is read to its end',
    breaks: ['body.limit-known'],
    // The proxy does it to every body.
    mutation: {},
  },
  {
    name: '503 after five seconds',
    breaks: ['database.down-time'],
    database: 'down',
    mutation: {
      async ask(ask) {
        if (ask.url === '/db') await new Promise((resolve) => setTimeout(resolve, 5000));
        return ask;
      },
    },
  },
  {
    name: 'a HEAD knows nothing of the database',
    breaks: ['database.down'],
    database: 'down',
    mutation: {
      reply: (reply, ask) => (ask.method === 'HEAD' ? { ...reply, status: 200 } : reply),
    },
  },
];

export const rawMutants: RawMutant[] = [
  {
    name: 'a HEAD with a body',
    breaks: ['connection.head'],
    change: (data) => Buffer.from(data.toString('latin1').replaceAll('HEAD ', 'GET '), 'latin1'),
  },
  {
    name: 'a request has to come in one piece',
    breaks: ['connection.segments'],
    change: (data) =>
      data.includes('\r\n\r\n') && /^[A-Z]+ \//.test(data.toString('latin1', 0, 20))
        ? data
        : undefined,
  },
  {
    name: 'one request at a time',
    breaks: ['connection.pipelining'],
    change(data) {
      const next = data.indexOf('\nGET ', 1);
      return next === -1 ? data : data.subarray(0, next + 1);
    },
  },
  {
    name: 'nothing may follow a request for rows',
    breaks: ['connection.pipelining-rows'],
    change(data) {
      const next = data.indexOf('\nGET ', 1);
      return next === -1 || !data.toString('latin1').startsWith('GET /queries') ? data : undefined;
    },
  },
];
