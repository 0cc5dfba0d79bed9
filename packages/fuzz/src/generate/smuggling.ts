import fc from 'fast-check';

/** The request that nobody may answer. */
export const HIDDEN = 'smuggled';

const hidden = `GET /users/${HIDDEN} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** A `Transfer-Encoding` of chunked, as some parsers see it and others do not. */
const fields = [
  ...['Transfer-Encoding: chunked', 'transfer-encoding:chunked', 'Transfer-Encoding: Chunked'],
  ...[
    'Transfer-Encoding: \tchunked\t',
    'Transfer-Encoding : chunked',
    'Transfer-Encoding\t:chunked',
  ],
  ...[
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity, chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: x',
    'Transfer-Encoding: x\r\nTransfer-Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: chunked;q=1',
    'Transfer-Encoding:\r\n chunked',
  ],
  ...[
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding: chunked\0',
    ' Transfer-Encoding: chunked',
    'X: y\nTransfer-Encoding: chunked',
  ],
  ...[
    'Transfer_Encoding: chunked',
    'Transfer-Encoding: ,chunked',
    'Transfer-Encoding: chunked,',
    'X: y\rTransfer-Encoding: chunked',
  ],
];

/**
 * A request that is hidden in the body of another: it comes to light where one of two ways of telling where
 * that body ends is followed, and the connection goes on (RFC 9112, section 11.2).
 */
export const smuggling: fc.Arbitrary<Buffer> = fc
  .record({
    field: fc.constantFrom(...fields),
    lengthFirst: fc.boolean(),
    method: fc.constantFrom('POST', 'GET'),
    end: fc.constantFrom('0\r\n\r\n', '0\r\n\r\n', '0\n\n', '0\r\n\n', '00\r\n\r\n', '0;a\r\n\r\n'),
    length: fc.constantFrom('whole', 'whole', 'whole', 'twice', 'plus sign', 'list', 'zero before'),
  })
  .map(({ field, lengthFirst, method, end, length }) => {
    const body = `${end}${hidden}`;
    const size = {
      whole: `Content-Length: ${body.length}`,
      twice: `Content-Length: ${body.length}\r\nContent-Length: ${body.length}`,
      'plus sign': `Content-Length: +${body.length}`,
      list: `Content-Length: ${body.length}, ${body.length}`,
      'zero before': `Content-Length: 0${body.length}`,
    }[length];
    const fields = lengthFirst ? [size, field] : [field, size];
    const lines = [
      `${method} /json HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      ...fields,
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  });
