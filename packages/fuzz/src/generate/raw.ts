import fc from 'fast-check';
import { toBytes } from '../message.js';
import { message } from './exchange.js';
import { smuggling } from './smuggling.js';

/** Bytes for a connection. */
export interface Raw {
  bytes: Buffer;
  /** Whether an answer to the request that is hidden in them would be one too many. */
  hides: boolean;
}

/** A change of bytes, in terms that shrink. Places and lengths are shares of the whole, in thousandths. */
type Change =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'set'; at: number; byte: number }
  | { kind: 'insert'; at: number; text: string }
  | { kind: 'remove' | 'repeat'; at: number; length: number; times: number }
  | { kind: 'cut'; at: number }
  | { kind: 'number'; nth: number; text: string };

/** Pieces that mean something to an HTTP parser. */
const pieces = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\n\n',
    '\0',
    ' ',
    '\t',
    ':',
    ';',
    ',',
    '"',
    '\x7f',
    '\x80',
    '\xff',
  ],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: x\r\n',
  ],
  ...['Content-Length: 0\r\n', 'Content-Length: 5\r\n', 'Content-Length: 99999999999999999999\r\n'],
  ...['Content-Length: -1\r\n', 'Content-Length: 0x5\r\n', 'Content-Length: 1, 2\r\n'],
  ...[
    'Expect: 100-continue\r\n',
    'Connection: upgrade\r\nUpgrade: websocket\r\n',
    'Connection: close\r\n',
  ],
  ...[
    'Host: x\r\n',
    'Trailer: x\r\n',
    ' folded\r\n',
    'no colon\r\n',
    ': no name\r\n',
    'spaced : x\r\n',
  ],
  ...[
    '0\r\n\r\n',
    '1\r\n',
    'FFFFFFFFFFFFFFFF\r\n',
    '-1\r\n',
    '0x1\r\n',
    '1;a=b\r\n',
    '00000000000000000001\r\n',
  ],
  ...[
    'HTTP/1.0',
    'HTTP/1.1\r\n',
    'HTTP/2.0',
    'HTTP/9.9',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\0',
  ],
  ...[
    'GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /plaintext\r\n',
    'POST /json HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
];
const numbers = [
  '0',
  '1',
  '65536',
  '65537',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  '1e3',
  '-1',
];

const place = fc.nat({ max: 1000 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('set' as const), at: place, byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: place, text: fc.constantFrom(...pieces) }),
  fc.record({
    kind: fc.constantFrom('remove' as const, 'repeat' as const),
    at: place,
    length: fc.integer({ min: 1, max: 200 }),
    times: fc.constantFrom(2, 3, 20, 300),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({
    kind: fc.constant('number' as const),
    nth: fc.nat({ max: 5 }),
    text: fc.constantFrom(...numbers),
  }),
);

/** Requests of which each is answered with a body, if at all: nobody knows any more which answer is a HEAD's. */
const requests = fc
  .array(message, { minLength: 1, maxLength: 2 })
  .map((messages) =>
    Buffer.concat(
      messages.map((message) =>
        toBytes({ ...message, method: message.method === 'HEAD' ? 'GET' : message.method }),
      ),
    ),
  );
const changed = fc
  .record({ bytes: requests, changes: fc.array(change, { minLength: 1, maxLength: 4 }) })
  .map(({ bytes, changes }) => ({ bytes: changes.reduce(apply, bytes), hides: false }));
const noise = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes) => ({ bytes: Buffer.from(bytes), hides: false }));
const flood = fc
  .tuple(
    fc.constantFrom('X: y\r\n', 'A', 'GET ', '\r\n', '\0', '{', '%41'),
    fc.constantFrom(1000, 20_000, 100_000),
  )
  .map(([unit, times]) => ({
    bytes: Buffer.from(`GET /plaintext HTTP/1.1\r\nHost: x\r\n${unit.repeat(times)}`),
    hides: false,
  }));

/** What is not HTTP, or hardly. */
export const raw: fc.Arbitrary<Raw> = fc.oneof(
  { weight: 14, arbitrary: changed },
  { weight: 3, arbitrary: smuggling.map((bytes) => ({ bytes, hides: true })) },
  { weight: 1, arbitrary: noise },
  { weight: 1, arbitrary: flood },
);

function apply(bytes: Buffer, change: Change): Buffer {
  if (change.kind === 'number') {
    const text = bytes.toString('latin1');
    let nth = change.nth;
    return Buffer.from(
      text.replace(/\d+/g, (digits) => (nth-- === 0 ? change.text : digits)),
      'latin1',
    );
  }
  const at = Math.floor((change.at / 1000) * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'flip':
      return withByte(before, (after[0] ?? 0) ^ (1 << change.bit), after);
    case 'set':
      return withByte(before, change.byte, after);
    case 'insert':
      return Buffer.concat([before, Buffer.from(change.text, 'latin1'), after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(change.length)]);
    case 'repeat':
      return Buffer.concat([
        before,
        ...Array.from({ length: change.times }, () => after.subarray(0, change.length)),
        after.subarray(change.length),
      ]);
    case 'cut':
      return before;
  }
}

function withByte(before: Buffer, byte: number, after: Buffer): Buffer {
  return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
}
