import { METHODS } from 'node:http';
import fc from 'fast-check';
import { operations } from '../document.js';
import type { Exchange, Message } from '../message.js';
import { expected } from '../model.js';
import { body } from './body.js';
import { headers } from './headers.js';
import { queryOf } from './query.js';
import { pathOf, sometimes, target } from './target.js';

const listed = [...new Set(operations.map(({ method }) => method))];
const method = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...listed, 'HEAD') },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
);
const oddMethod = fc.constantFrom(
  'get',
  'Get',
  'post',
  'FOO',
  'GETT',
  'G',
  'X-Y',
  '__proto__',
  'hEAD',
);
const host = fc.constantFrom(
  ...[
    [],
    ['localhost', 'localhost'],
    ['localhost', 'x'],
    [''],
    ['LOCALHOST:80'],
    ['[::1]:3000'],
    ['a b'],
  ],
  ...[
    ['..'],
    ['x/y'],
    ['x?y'],
    ['x#y'],
    ['user@x'],
    ['x:99999'],
    ['x:'],
    [':80'],
    ['é'],
    ['%zz'],
    ['[::1'],
  ],
  ...[['xn--a'], ['x\\y'], ['x,y'], ['1.2.3.4.5'], ['localhost/']],
);

/** A request of the rule book, as it is. */
const plain: fc.Arbitrary<Pick<Message, 'method' | 'target'>> = fc.oneof(
  ...operations.map((operation) =>
    fc
      .tuple(pathOf(operation), queryOf(operation))
      .map(([path, query]) => ({ method: operation.method, target: path + query })),
  ),
);
/** A line that says something else. */
const odd = fc.record({ method: sometimes(12, undefined, oddMethod), usual: method, target });

const line = fc.oneof(
  { weight: 1, arbitrary: plain },
  {
    weight: 3,
    arbitrary: odd.map(({ method, usual, target }) => ({ method: method ?? usual, target })),
  },
);
/** Where a body belongs. */
const echo = operations
  .filter(({ body }) => body)
  .map(({ method, path }) => ({ method, target: path }));

const version = sometimes<Message['version']>(60, '1.1', fc.constant('1.0'));
const hosts = sometimes(40, ['localhost'], host);

const withoutBody: fc.Arbitrary<Message> = fc
  .record({ line, version, hosts, headers })
  .map(({ line, ...rest }) => ({ ...line, ...rest }));

const withBody: fc.Arbitrary<Message> = fc
  .record({
    line: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...echo) },
      { weight: 1, arbitrary: line },
    ),
    version,
    hosts,
    headers,
    // Left out, above all, when a failure is shrunk.
    body: fc.option(body, { freq: 20 }),
  })
  .map(({ line, headers, body, ...rest }) => {
    if (!body) return { ...line, ...rest, headers };
    const { bytes, framing, contentType, encoding } = body;
    const described: [string, string][] = [...headers];
    if (contentType !== undefined) described.push(['Content-Type', contentType]);
    if (encoding !== undefined) described.push(['Content-Encoding', encoding]);
    return { ...line, ...rest, headers: described, body: { bytes, framing } };
  });

/** A request that is in the rule book, or near it. */
export const message = fc.oneof(
  { weight: 3, arbitrary: withoutBody },
  { weight: 2, arbitrary: withBody },
);

/**
 * What is sent over one connection. A request that the HTTP parser refuses may take the answers to those
 * before it along: only what the rule book speaks of is pipelined.
 */
export const exchange: fc.Arbitrary<Exchange> = fc
  .record({
    // Each can be left out when a failure is shrunk.
    before: fc.option(message, { freq: 1 }),
    message: fc.option(message, { freq: 50 }),
    after: fc.option(message, { freq: 1 }),
    pipelined: fc.boolean(),
  })
  .map(({ before, message, after, pipelined }) => {
    const messages = [before, message, after].filter((message) => message !== null);
    const areSaid = messages.every((message) => expected(message));
    return { messages, pipelined: pipelined && messages.length > 1 && areSaid };
  });
