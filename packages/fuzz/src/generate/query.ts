import fc from 'fast-check';
import { type Operation, operations } from '../document.js';
import { parameterText } from './values.js';

const parameters = operations.flatMap(({ parameters }) =>
  parameters.filter((parameter) => parameter.in === 'query'),
);

/** A parameter's name in ways that a parser may take for it. */
const waysToWrite = (name: string) => [
  ...[name, name, name, name.toUpperCase(), `${name}[]`, `${name}[0]`, `${name}[a]`, `${name}.a`],
  ...[`%${Buffer.from(name).toString('hex', 0, 1)}${name.slice(1)}`, `+${name}`, `${name}%20`],
  ...[`${name}%00`, `%20${name}`, `${name}%5B%5D`, `[${name}]`, `${name};`, `?${name}`],
];
const names = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...parameters.flatMap(({ name }) => waysToWrite(name))) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['__proto__', '__proto__[count]', 'constructor', 'constructor.prototype', 'toString'],
      ...['hasOwnProperty', '', '[]', '%', '%zz', '%ff', 'a', 'é', '\u2028', '/', '/../', '?'],
    ),
  },
);
const value = fc.oneof(...parameters.map(parameterText));

const pair = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(names, value).map((pair) => pair.join('=')) },
  { weight: 1, arbitrary: names },
  { weight: 1, arbitrary: fc.constantFrom('', '=', '=5', 'a=b=c', 'count==5', '#', '%23', '&') },
);
const pairs = fc
  .tuple(fc.array(pair, { maxLength: 4 }), fc.constantFrom('&', '&', '&', ';', '&amp;', '&&'))
  .map(([pairs, separator]) => `?${pairs.join(separator)}`);

/** As many parameters, or as much text, as parsers have limits for. */
const long = fc
  .tuple(
    fc.constantFrom('a&', 'a=b&', 'x', '%41', 'count=3&', 'a[]=1&', '[', '%'),
    fc.constantFrom(99, 100, 101, 999, 1000, 1001, 2000),
    fc.constantFrom('', '&count=3', '=1'),
  )
  .map(([unit, times, end]) => `?${unit.repeat(times)}${end}`);

/** The query of an operation that has parameters there, as it should be; it may be left out. */
export function queryOf({ parameters }: Operation): fc.Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  if (inQuery.length === 0) return fc.constant('');
  const pairs = inQuery.map((parameter) =>
    parameterText(parameter).map((text) => `${parameter.name}=${text}`),
  );
  return fc.oneof(
    fc.constant(''),
    fc.tuple(...pairs).map((pairs) => `?${pairs.join('&')}`),
  );
}

/** A query near that of an operation, with its question mark, or nothing. */
export const query = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: pairs },
  { weight: 1, arbitrary: long },
);
