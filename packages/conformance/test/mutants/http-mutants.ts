import { problemFor } from '@heptathlon/contract';
import type { Mutant, RawMutant } from './mutants.js';
import type { Ask, Mutation } from './proxy.js';

/** Refuses some requests that are right. */
const refuse = (where: (ask: Ask) => boolean): Mutation => ({
  answer: (ask) =>
    where(ask)
      ? {
          status: 400,
          headers: { 'content-type': 'application/problem+json' },
          body: Buffer.from(JSON.stringify(problemFor(400))),
        }
      : undefined,
});

/** Changes bytes, each of which stands for a character. */
const replace =
  (pattern: RegExp, replacement: string): RawMutant['change'] =>
  (data) =>
    Buffer.from(data.toString('latin1').replace(pattern, replacement), 'latin1');

export const httpMutants: Mutant[] = [
  {
    name: 'a URL as target is refused',
    breaks: ['http.absolute-form'],
    mutation: refuse(({ url }) => url.startsWith('http://')),
  },
  {
    name: 'an upgrade is refused',
    breaks: ['http.upgrade'],
    mutation: refuse(({ headers, method }) => method === 'GET' && headers.upgrade !== undefined),
  },
  {
    name: 'an upgrade is refused where there is a body',
    breaks: ['connection.upgrade'],
    mutation: refuse(({ headers, method }) => method === 'POST' && headers.upgrade !== undefined),
  },
  {
    name: 'a Host moves the path',
    breaks: ['http.host'],
    mutation: {
      ask: (ask) =>
        ask.headers.host?.includes('/users') ? { ...ask, url: `/users${ask.url}` } : ask,
    },
  },
  {
    name: 'a range is partial content',
    breaks: ['http.preferences'],
    mutation: {
      reply: (reply, { headers }) => (headers.range ? { ...reply, status: 206 } : reply),
    },
  },
];

let vanished = false;

export const rawHttpMutants: RawMutant[] = [
  {
    name: 'folded headers are taken',
    breaks: ['http.invalid'],
    change: replace(/\r\n b/, ' b'),
  },
  {
    name: 'of a length and chunks, the chunks count',
    breaks: ['http.smuggling'],
    change: replace(/Content-Length: 5\r\n(?=Transfer-Encoding)/, ''),
  },
  {
    name: 'of two lengths the first counts',
    breaks: ['http.smuggling'],
    change: replace(/(Content-Length: 2)\r\nContent-Length: 3/, '$1'),
  },
  {
    name: 'another expectation is not met',
    breaks: ['http.continue'],
    change: replace(/Expect: 100-continue/, 'Expect: nothing'),
  },
  {
    name: 'HTTP/1.0 is taken for 1.1',
    breaks: ['http.version-1.0'],
    change: replace(/HTTP\/1\.0/, 'HTTP/1.1'),
  },
  {
    name: 'a client that vanishes is the end',
    breaks: ['http.vanish'],
    change(data) {
      vanished ||= /chunked/.test(data.toString('latin1')) && !data.includes('\r\n0\r\n\r\n');
      return vanished ? undefined : data;
    },
  },
];
