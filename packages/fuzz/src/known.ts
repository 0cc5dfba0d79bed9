import { METHODS } from 'node:http';
import type { Exchange, Message } from './message.js';
import { isRows } from './model.js';

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
const chunksOf = ({ body }: Message) =>
  body && body.framing !== 'length' ? body.framing : undefined;

/** What the rule book leaves open: "HTTP itself" in the description of openapi.yaml. */
const open: Known[] = [
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
    name: 'fragment behind a query, or of a URL',
    reason: 'Fastify takes it for a part of what stands before it',
    matches: ({ target }) => /\?.*#|^https?:.*#/i.test(target),
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
    reason: 'apps/hono-bun/README.md: Bun answers neither',
    matches: (message, { messages, pipelined }) =>
      pipelined && messages.includes(message) && messages.some(isRows),
  },
  {
    name: 'trailers',
    who: only('hono-bun'),
    reason: 'apps/hono-bun/README.md: Bun takes them for the next request',
    matches: (message) => (chunksOf(message)?.trailers.length ?? 0) > 0,
  },
  {
    name: 'query with two question marks',
    who: only('koa'),
    reason: 'apps/koa/README.md: Koa drops one',
    matches: ({ target }) => target.includes('??'),
  },
  {
    name: 'upgrade to what is no protocol, or not by GET',
    who: ({ breaks }) => breaks.includes('connection.upgrade'),
    reason: 'apps/hono-deno/README.md: Deno looks at it by itself, and says 400',
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

/**
 * Whether what a server did with bytes is known: Deno keeps a connection for another minute after a 413 to a body
 * that does not come to its end, though the client has closed its half.
 */
export const isKnownRaw = (name: string, wrong: string, received: Buffer): boolean =>
  name === 'hono-deno' && wrong === STAYS_OPEN && received.includes('HTTP/1.1 413 ');

/** What a server does that does not close a connection. */
export const STAYS_OPEN = 'the connection stays open';
