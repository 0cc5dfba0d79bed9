import { isUtf8 } from 'node:buffer';
import { METHODS } from 'node:http';
import { maxBodyBytes } from '@heptathlon/contract';
import type { Exchange, Message } from './message.js';
import { isRows, operationOf } from './model.js';

/** Requests whose answers are not compared. They still may be neither a 500 or 503 nor slow. */
export interface Known {
  /** What the requests have in common. */
  name: string;
  /** Who answers something else, to them and to what follows on their connection; undefined: each may. */
  who?: (server: Fuzzed) => boolean;
  /** Why, and where it is said. */
  reason: string;
  matches(message: Message, exchange: Exchange): boolean;
}

/** What a server is known by. */
export interface Fuzzed {
  name: string;
  /** Rules that it is known to break. */
  breaks: string[];
}

const fieldsOf = ({ headers }: Message, asked: string) =>
  headers.filter(([name]) => name.toLowerCase() === asked);
const hasField = (message: Message, asked: string) => fieldsOf(message, asked).length > 0;
const chunksOf = ({ body }: Message) =>
  body && body.framing !== 'length' ? body.framing : undefined;

const path = ({ target }: Message) => target.split(/[?#]/, 1)[0] ?? '';
const query = ({ target }: Message) => /\?([^#]*)/.exec(target)?.[1] ?? '';
const isEcho = (message: Message) => operationOf(message)?.operationId === 'jsonBody';
const bytesOf = ({ body }: Message) => body?.bytes ?? Buffer.alloc(0);

/** Types of which everybody knows whether they are JSON. */
const PLAIN_TYPE =
  /^(application\/json(; charset="?utf-8"?)?|text\/plain|text\/json|application\/x-www-form-urlencoded)$/;
const isPlainType = (message: Message) =>
  fieldsOf(message, 'content-type').every(([, value]) => PLAIN_TYPE.test(value));

/** Differences: docs/differences.md shows what each target does. */
const open: Known[] = [
  {
    name: 'escape outside of an id',
    reason: 'routers match a path as it was sent, decoded, or refuse what is malformed',
    matches: (message) =>
      /%/.test(path(message).replace(/\/users\/[^/]*$/, '')) ||
      (!operationOf(message) && !isDecodable(path(message))),
  },
  {
    name: 'id that is empty',
    reason: 'Fastify takes it for one that is too short',
    matches: (message) => /\/users\/$/.test(path(message)),
  },
  {
    name: 'conditional request',
    reason: 'Express and Koa know a 304 without a validator',
    matches: (message) => message.headers.some(([name]) => /^if-/i.test(name)),
  },
  {
    name: 'query that is malformed, or has 1,000 parameters',
    reason: 'parsers replace, leave or drop',
    matches: (message) =>
      query(message).split(/[&;]/).length >= 1000 ||
      query(message).includes('?') ||
      !isDecodable(query(message)),
  },
  {
    name: 'body that is not UTF-8, or begins with a byte order mark',
    reason: 'decoders replace, drop or refuse',
    matches: (message) =>
      !isUtf8(bytesOf(message)) || bytesOf(message).subarray(0, 3).equals(Buffer.from('\ufeff')),
  },
  {
    name: 'body where none belongs',
    reason: 'read, refused for its own faults, or not looked at',
    matches: (message) =>
      !isEcho(message) && (message.body !== undefined || hasField(message, 'content-type')),
  },
  {
    name: 'several faults of a body',
    reason: 'any of them may be told',
    matches: (message) =>
      isEcho(message) &&
      (bytesOf(message).length > maxBodyBytes || bytesOf(message).length === 0) &&
      fieldsOf(message, 'content-type')[0]?.[1] !== 'application/json',
  },
  {
    name: 'content encoding',
    reason: 'refused as what it is, or parsed and found to be no JSON',
    matches: (message) => hasField(message, 'content-encoding'),
  },
  {
    name: 'odd media type',
    reason: 'other charsets, odd grammar, +json: each parser has its own idea of them',
    matches: (message) => isEcho(message) && !isPlainType(message),
  },
  {
    name: 'QUERY',
    reason: 'Fastify wants a body of it',
    matches: ({ method }) => method === 'QUERY',
  },
  {
    name: 'dot segments, backslash',
    reason: 'URL parsers resolve them, routers do not',
    matches: ({ target }) => /(^|[/\\])(\.|%2e){1,2}([/?#\\]|$)|\\/i.test(target),
  },
  {
    name: 'octets that no URL has',
    reason: 'Node refuses them, Bun and Deno take them for Latin-1',
    matches: ({ target }) => /[^!-~]/.test(target),
  },
  {
    name: 'fragment',
    reason: 'dropped, or taken for a part of what stands before it',
    matches: ({ target }) => target.includes('#'),
  },
  {
    name: 'target that is neither a path nor an http URL',
    reason: 'each parser has its own idea of them',
    matches: ({ method, target }) =>
      method === 'CONNECT' || !/^(https?:\/\/[a-z]([\w.-]*\w)?(:\d{1,4})?)?\//.test(target),
  },
  {
    name: 'Host that is missing, repeated or none',
    reason: 'refused, or not looked at',
    matches: ({ hosts }) => hosts.length !== 1 || !/^[a-z]+(:\d{1,4})?$/i.test(hosts[0] ?? ''),
  },
  {
    name: 'two Content-Type fields',
    reason: 'the first counts, or none',
    matches: (message) => fieldsOf(message, 'content-type').length > 1,
  },
  {
    name: 'method that HTTP does not register',
    reason: 'the parsers of Node and Bun refuse it, that of Deno does not',
    matches: ({ method }) => !METHODS.includes(method),
  },
  {
    name: 'expectation but for 100-continue',
    reason: 'a 417 is optional (RFC 9110, section 10.1.1)',
    matches: (message) =>
      fieldsOf(message, 'expect').some(([, value]) => value.toLowerCase() !== '100-continue'),
  },
  {
    name: 'chunks in HTTP/1.0',
    reason: 'no valid request (RFC 9112, section 6.1); Node takes them',
    matches: (message) => message.version === '1.0' && chunksOf(message) !== undefined,
  },
  {
    name: 'headers of 16 KiB',
    reason: 'Node and Bun refuse what is larger, Deno what is four times as large',
    matches: ({ target, headers }) => target.length + headers.flat().join('').length > 15_000,
  },
  {
    name: 'odd chunk extension or trailer',
    reason: 'no valid request; not every parser looks at them',
    matches: (message) => {
      const chunks = chunksOf(message);
      return (
        chunks !== undefined &&
        (!/^(;\w+(=(\w+|"\w*"))?)*$/.test(chunks.extension) ||
          chunks.trailers.some(([name]) => name === 'Content-Length'))
      );
    },
  },
];

const only =
  (target: string) =>
  ({ name }: Fuzzed) =>
    name === target;

/** Where single targets cannot follow: their READMEs say so. */
const targets: Known[] = [
  {
    name: 'pipelining behind rows',
    who: ({ breaks }) => breaks.includes('connection.pipelining-rows'),
    reason: 'apps/hono/README.md: Bun answers neither',
    matches: (message, { messages, pipelined }) =>
      pipelined && messages.includes(message) && messages.some(isRows),
  },
  {
    name: 'trailers',
    who: only('hono-bun'),
    reason: 'apps/hono/README.md: Bun takes them for the next request',
    matches: (message) => (chunksOf(message)?.trailers.length ?? 0) > 0,
  },
  {
    name: 'HEAD of a text',
    who: ({ breaks }) => breaks.includes('method.head'),
    reason: 'apps/hono/README.md: Bun adds the type as it sends a body',
    matches: ({ method }) => method === 'HEAD',
  },
  {
    name: 'upgrade to what is no protocol, or not by GET',
    who: ({ breaks }) => breaks.includes('connection.upgrade'),
    reason: 'apps/hono/README.md: Deno looks at it by itself, and says 400',
    matches: (message) =>
      fieldsOf(message, 'upgrade').some(
        ([, value]) => !/^[\w./-]*$/.test(value) || message.method !== 'GET',
      ),
  },
];

export const known: Known[] = [...open, ...targets];

/** What is known of a server's answer to a request of an exchange, if anything. */
export function knownOf(server: Fuzzed, index: number, exchange: Exchange): Known | undefined {
  const sent = exchange.messages.slice(0, index + 1);
  return known.find(({ who, matches }) =>
    who
      ? who(server) && sent.some((message) => matches(message, exchange))
      : matches(exchange.messages[index] as Message, exchange),
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether what a server did with bytes is known: Deno keeps a connection for another minute after a 413 to a body
 * that does not come to its end, though the client has closed its half.
 */
export const isKnownRaw = (name: string, wrong: string, received: Buffer): boolean =>
  name === 'hono-deno' && wrong === STAYS_OPEN && received.includes('HTTP/1.1 413 ');

/** What a server does that does not close a connection. */
export const STAYS_OPEN = 'the connection stays open';
