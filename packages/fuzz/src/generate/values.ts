import fc from 'fast-check';
import type { Parameter } from '../document.js';

/** Text of so many code points as the schema allows, or nearly. */
function textNear(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom('grapheme', 'grapheme-ascii', 'binary') as fc.Arbitrary<
    'grapheme' | 'grapheme-ascii' | 'binary'
  >;
  return fc.oneof(
    { weight: 4, arbitrary: unit.chain((unit) => fc.string({ unit, minLength, maxLength: 12 })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('a', 'é', '😀', '%', 'e\u0301'), fc.integer({ min: -2, max: 2 }))
        .map(([character, off]) => [...character.repeat(maxLength + off)].join('')),
    },
  );
}

/** Numbers around a range, and what only looks like a number. */
function numberNear({ minimum, maximum }: { minimum: number; maximum: number }) {
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: minimum - 2, max: minimum + 12 }).map(String) },
    { weight: 1, arbitrary: fc.integer({ min: maximum - 1, max: maximum + 2 }).map(String) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...['', '+5', '%2B5', '%205', '5%20', '5+', '5.0', '5e0', '0x5', '05', '-0', '--5', '1_0'],
        ...['%35', '%EF%BC%95', '%D9%A5', '5%00', 'NaN', 'Infinity', 'true', 'null', '5,6', '5;'],
        ...['99999999999999999999', '-99999999999999999999', '%', '%zz', '%ff', '5%0A', '5%0d'],
      ),
    },
  );
}

/** The text of a parameter, percent-encoded where it stands in a path. */
export function parameterText(parameter: Parameter): fc.Arbitrary<string> {
  const { schema, 'x-clamp': range, example } = parameter;
  const value = range
    ? numberNear(range)
    : textNear(schema.minLength ?? 0, schema.maxLength ?? 100).map(encodeURIComponent);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(String(example)) },
    { weight: 4, arbitrary: value },
  );
}
