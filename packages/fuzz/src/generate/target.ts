import fc from 'fast-check';
import { type Operation, operations } from '../document.js';
import { mutate, mutations } from './path.js';
import { query } from './query.js';
import { parameterText } from './values.js';

/** The path of an operation, its parameters filled in. */
export function pathOf({ path, parameters }: Operation): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  return fc
    .tuple(...inPath.map(parameterText))
    .map((values) =>
      inPath.reduce(
        (path, { name }, index) => path.replace(`{${name}}`, () => values[index] ?? ''),
        path,
      ),
    );
}

/** Before a path: the absolute form, and what only looks like it. */
const prefixes = [
  ...['http://localhost', 'http://localhost:80', 'HTTP://LOCALHOST', 'https://example.org'],
  ...['http://user:@localhost', 'http://[::1]:3000', 'http://', 'http:', 'ftp://localhost'],
  ...['//', '//localhost', '/\\localhost', '\\', '*', 'localhost:80', '.', '?', '#', 'http://a b'],
];
const elsewhere = [
  '/',
  '/favicon.ico',
  '/openapi.yaml',
  '/.env',
  '/users',
  '/users/',
  '/queries/1',
];

/**
 * The request target that a client would send for a path of the rule book, or something near it: another
 * path, another form (RFC 9112, section 3.2), a query, a fragment.
 */
export const target: fc.Arbitrary<string> = fc
  .record({
    prefix: sometimes(30, '', fc.constantFrom(...prefixes)),
    path: fc.oneof(
      { weight: 12, arbitrary: fc.oneof(...operations.map(pathOf)) },
      { weight: 1, arbitrary: fc.constantFrom(...elsewhere) },
    ),
    mutations,
    query,
    fragment: sometimes(40, '', fc.constantFrom('#', '#a', '#/../db', '#%zz', '##', '#?count=2')),
  })
  .map(
    ({ prefix, path, mutations, query, fragment }) =>
      prefix + mutate(path, mutations) + query + fragment,
  );

/** Once in so many cases something else. */
export function sometimes<T>(often: number, usual: T, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: often - 1, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: unusual },
  );
}
