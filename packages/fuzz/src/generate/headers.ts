import fc from 'fast-check';

/** Fields that mean something to a server, with values that are right, odd or wrong. */
const fields: Record<string, string[]> = {
  Accept: [
    '*/*',
    'text/xml',
    'application/json;q=0',
    'application/problem+json',
    '',
    'nonsense',
    '*/*;q=x',
  ],
  'Accept-Charset': ['utf-16', '*;q=0'],
  'Accept-Encoding': ['gzip', 'br, deflate', 'identity;q=0', '*;q=0', 'zstd', ''],
  'Accept-Language': ['fr', '*'],
  'Access-Control-Request-Method': ['POST'],
  Authorization: ['Basic Og==', 'Bearer x', 'nonsense'],
  'Cache-Control': ['no-cache', 'only-if-cached', 'max-age=0'],
  Connection: [
    'keep-alive',
    'close',
    'Close',
    'keep-alive, close',
    'upgrade',
    'x',
    'host',
    'content-length',
    '',
  ],
  Cookie: ['a=b', '__proto__=1', '=', ';;;', 'a=%zz'],
  Date: ['Sun, 06 Nov 1994 08:49:37 GMT', 'nonsense'],
  Expect: ['100-continue', '100-Continue', '', 'x', '100-continue, x', '200-ok'],
  'If-Match': ['*', '"x"'],
  'If-Modified-Since': ['Sun, 06 Nov 2094 08:49:37 GMT', 'nonsense'],
  'If-None-Match': ['*', '"x"', 'W/"x"', 'nonsense'],
  'If-Range': ['"x"'],
  'If-Unmodified-Since': ['Sun, 06 Nov 1994 08:49:37 GMT'],
  'Keep-Alive': ['timeout=1, max=1', 'x'],
  'Max-Forwards': ['0', '-1'],
  Origin: ['http://example.org', 'null'],
  Prefer: ['return=minimal', 'respond-async'],
  'Proxy-Connection': ['close'],
  Range: ['bytes=0-4', 'bytes=-1', 'bytes=99-', 'lines=1', 'nonsense'],
  Referer: ['/../', 'nonsense'],
  TE: ['trailers', 'gzip', 'chunked', ''],
  Trailer: ['X-Sum', 'Content-Length'],
  Upgrade: ['websocket', 'h2c', 'TLS/1.0', 'x', ''],
  'HTTP2-Settings': ['AAMAAABkAAQAAP__'],
  'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ=='],
  'Sec-WebSocket-Version': ['13', '0'],
  'User-Agent': ['', 'x'],
  Via: ['1.0 x'],
  Forwarded: ['for=127.0.0.1;host=example.org;proto=https'],
  'X-Forwarded-For': ['127.0.0.1', 'nonsense'],
  'X-Forwarded-Host': ['example.org', '..'],
  'X-Forwarded-Prefix': ['/users'],
  'X-Forwarded-Proto': ['https', 'x'],
  'X-HTTP-Method-Override': ['DELETE', 'POST'],
  'X-Original-URL': ['/nowhere'],
  'X-Rewrite-URL': ['/nowhere'],
};

const token = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'x',
    'toString',
    'X_Under',
    'x.y',
    '!',
    '~',
    '0',
    "'",
  ),
  fc.string({ unit: fc.constantFrom(..."abcXYZ019-_.!#$%&'*+^`|~"), minLength: 1, maxLength: 12 }),
);
/** No line end and no other control character: they make it something else than a field. */
const fieldText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('\t x \t', '  ', 'a,b', '"', 'é', 'x'.repeat(1000), 'x'.repeat(7000), ':', ';;'),
);
const known = fc
  .constantFrom(...Object.entries(fields))
  .chain(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values)));
const named = fc.tuple(
  fc.constantFrom(...Object.keys(fields)),
  fc.constantFrom(...Object.values(fields).flat()),
);
const field = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: known },
      { weight: 1, arbitrary: named },
      { weight: 2, arbitrary: fc.tuple(token, fieldText) },
    ),
    fc.constantFrom('as it is', 'as it is', 'lower', 'upper', 'twice'),
  )
  .map(([[name, value], way]): [string, string][] => {
    if (way === 'lower') return [[name.toLowerCase(), value]];
    if (way === 'upper') return [[name.toUpperCase(), value]];
    return way === 'twice'
      ? [
          [name, value],
          [name, value],
        ]
      : [[name, value]];
  });

/** Some fields, mostly none; those of a body and `Host` are not among them. */
export const headers: fc.Arbitrary<[string, string][]> = fc
  .oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(field, { maxLength: 4 }) },
  )
  .map((fields) => fields.flat());
