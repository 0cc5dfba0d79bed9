import fc from 'fast-check';
import { operations } from '../document.js';
import type { Chunks, Framing } from '../message.js';
import { sometimes } from './target.js';

const bodies = operations.flatMap(({ body }) => body ?? []);
const maxBytes = Math.max(...bodies.map(({ maxBytes }) => maxBytes));
const types = bodies.flatMap(({ types }) => types);

/** JSON in ways that `JSON.stringify` never writes it, and what is nearly JSON. */
const texts = [
  ...['', ' ', '0', '-0', '1', '"x"', 'null', 'true', '[]', '{}', '[[]]', ' \t\r\n{ } ', '{"a":1}'],
  ...['-', '+1', '01', '.5', '1.', '1e', '1e400', '-1e400', '1e-400', '0x1', 'NaN', 'Infinity'],
  ...['123456789012345678901234567890', '0.1000000000000000055511151231257827', '1E+2', '-0.0'],
  ...[
    '"\\u0000"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\uDFFF\\uD800"',
    '"\\u00"',
    '"\\x41"',
    '"\\/"',
  ],
  ...['"\u0000"', '"\t"', '"\u007f"', '"\u2028"', "'x'", '"', '"\\"', '{"a":1,"a":2}', '{"a":1,}'],
  ...[
    '{"__proto__":1}',
    '{"__proto__":{"a":1},"a":2}',
    '{"constructor":{"prototype":{}}}',
    '{"":1}',
  ],
  ...[
    '{"1":1,"0":0}',
    '{"toJSON":1}',
    '{"then":1}',
    '{"length":-1}',
    '[,]',
    '[1,]',
    '[1 2]',
    '{a:1}',
  ],
  ...[
    '/**/1',
    '1//',
    '1 1',
    '{}{}',
    '[1]\u0000',
    '\u00a01',
    '\ufeff1',
    '\ufeff\ufeff1',
    '\ufeff',
    'undefined',
  ],
  ...[
    'a=1',
    '<a/>',
    '--x\r\n',
    '{"$ref":"#"}',
    '"</script>"',
    'nul',
    'truefalse',
    '\\u007b}',
    '{"\\u0061":1}',
  ],
];
/** Bytes that are no UTF-8, or another encoding. */
const bytes = [
  ...[
    [0x22, 0xff, 0x22],
    [0x22, 0xc3, 0x28, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xc0, 0x80, 0x22],
  ],
  ...[
    [0xfe, 0xff, 0, 0x31],
    [0xff, 0xfe, 0x31, 0],
    [0x31, 0],
    [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
    [0x22, 0xe2, 0x82],
  ],
].map((bytes) => Buffer.from(bytes));
/** Around the limit, as JSON and not. */
const sized = fc
  .tuple(
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom('string', 'not JSON', 'escapes', 'spaces', '2 bytes'),
  )
  .map(([off, kind]) => {
    const size = maxBytes + off;
    if (kind === 'string') return `"${'x'.repeat(size - 2)}"`;
    if (kind === 'not JSON') return 'x'.repeat(size);
    if (kind === 'escapes') return `"${'\\u0041'.repeat(9_000)}${'x'.repeat(size - 54_002)}"`;
    if (kind === 'spaces') return `1${' '.repeat(size - 1)}`;
    return `"${'é'.repeat(1000)}${'x'.repeat(size - 2002)}"`;
  });
const deep = fc
  .tuple(
    fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[{"a":', '}]']),
    fc.constantFrom(20, 1000, 5000),
  )
  .map(([[open = '', close = ''], depth]) => `${open.repeat(depth)}1${close.repeat(depth)}`);

/** Something that is or was JSON, and changed in one place. */
const changed = fc
  .tuple(
    fc.json({ maxDepth: 2 }),
    fc.nat(),
    fc.constantFrom('', ',', '"', '\\', '\u0000', '}', '1', ' ', '\ufeff', '/'),
  )
  .map(([text, at, mark]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + mark + text.slice(place + (mark === '' ? 1 : 0));
  });

const content: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...bodies.flatMap(({ examples }) => examples))
      .map((example) => Buffer.from(JSON.stringify(example))),
  },
  { weight: 6, arbitrary: fc.constantFrom(...texts).map((text) => Buffer.from(text)) },
  { weight: 4, arbitrary: fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 3, arbitrary: changed.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.constantFrom(...bytes) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: sized.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: deep.map((text) => Buffer.from(text)) },
);

const chunks: fc.Arbitrary<Chunks> = fc.record({
  sizes: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(4096, 16384, 65536)), {
    minLength: 1,
    maxLength: 3,
  }),
  extension: sometimes(
    4,
    '',
    fc.constantFrom(';a', ';a=b', ';a="b"', '; a = b', ';a;b', ' ', ';', ';"'),
  ),
  trailers: sometimes(
    4,
    [],
    fc.constantFrom<[string, string][]>(
      [['X-Sum', '1']],
      [['Content-Length', '3']],
      [['Content-Type', 'text/plain']],
      [['__proto__', 'x']],
      [['Host', 'x']],
    ),
  ),
});
const framing: fc.Arbitrary<Framing> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('length' as const) },
  { weight: 1, arbitrary: chunks },
);

const wrongTypes = types.flatMap((type) => [
  ...[
    `${type}; charset=utf-8`,
    `${type};charset=UTF8`,
    `${type}; charset="utf-8"`,
    type.toUpperCase(),
  ],
  ...[
    `${type};`,
    `${type};;`,
    `${type} ; x=y`,
    `${type}; x="a;b"`,
    `${type}; charset=`,
    `${type}; charset`,
  ],
  ...[
    `${type}; charset=latin1`,
    `${type}; charset=utf-16`,
    `${type}; charset=utf-8; charset=latin1`,
  ],
  ...[
    `${type}; x=y; charset=latin1`,
    `${type}; boundary=x`,
    `${type}, ${type}`,
    `${type}x`,
    `x${type}`,
  ],
  ...[
    `${type}+json`,
    `\t${type} `,
    `"${type}"`,
    `${type}; x=é`,
    `${type}; charset='utf-8'`,
    `${type}/x`,
  ],
]);
const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...types) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[undefined, '', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'],
      ...['application/problem+json', 'text/json', '*/*', 'application/*', 'json', 'é', '/', ';'],
      ...wrongTypes,
    ),
  },
);
const encoding = sometimes(
  10,
  undefined,
  fc.constantFrom(
    'identity',
    'Identity',
    'gzip',
    'br',
    'x',
    '',
    'identity, identity',
    ' identity',
    'utf-8',
  ),
);

/** Of more chunks a server is slow in its right. */
const MAX_CHUNKS = 1000;

/** A body with its framing, and the fields that describe it. */
export const body = fc
  .record({ bytes: content, framing, contentType, encoding })
  .map(({ framing, ...rest }) => {
    if (framing === 'length') return { ...rest, framing };
    const least = Math.ceil(rest.bytes.length / MAX_CHUNKS);
    const sizes = framing.sizes.map((size) => Math.max(size, least));
    return { ...rest, framing: { ...framing, sizes } };
  });
