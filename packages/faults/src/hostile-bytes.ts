/** Bytes that no well-behaved client sends, and what may come of them. */
export interface HostileBytes {
  name: string;
  bytes: Buffer;
  /**
   * The statuses of the only answer, where there may be one; a connection that is closed without one is always right. Not
   * given: any from 400 on.
   */
  statuses?: number[];
  /** Does the request end here, so that silence is no answer? */
  complete: boolean;
}

const CRLF = '\r\n';

interface Options {
  statuses?: number[];
  complete?: boolean;
}

function hostile(name: string, text: string | Buffer, { statuses, complete = true }: Options = {}) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  return { name, bytes, complete, ...(statuses && { statuses }) } satisfies HostileBytes;
}

/** A POST of JSON with these framing headers, and what follows them. */
function post(name: string, framing: string[], body: string, options?: Options): HostileBytes {
  const head = ['POST /json HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  return hostile(name, `${[...head, ...framing].join(CRLF)}${CRLF}${CRLF}${body}`, options);
}

/** A GET with these header lines, Host among them. */
function get(name: string, path: string, lines: string[], options?: Options): HostileBytes {
  const head = [`GET ${path} HTTP/1.1`, ...lines].join(CRLF);
  return hostile(name, `${head}${CRLF}${CRLF}`, options);
}

const HOST = 'Host: localhost';
/** A second request, which must not get an answer where the first one's end is in doubt. */
const smuggled = `GET /plaintext HTTP/1.1${CRLF}Host: localhost${CRLF}${CRLF}`;
const empty = `0${CRLF}${CRLF}`;
const two = `2${CRLF}{}${CRLF}${empty}`;

/** Two readers of these could see two different requests (RFC 9112, section 11.2). */
export const smuggling: HostileBytes[] = [
  post('CL and TE', ['Content-Length: 5', 'Transfer-Encoding: chunked'], empty + smuggled),
  post('TE and CL', ['Transfer-Encoding: chunked', 'Content-Length: 5'], empty + smuggled),
  post('two CL, different', ['Content-Length: 2', 'Content-Length: 3'], `{} ${smuggled}`),
  post('two CL in one line', ['Content-Length: 2, 3'], `{} ${smuggled}`),
  post('TE chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], two),
  post('TE chunked, chunked', ['Transfer-Encoding: chunked, chunked'], two),
  post('TE chunked, identity', ['Transfer-Encoding: chunked, identity'], two),
  post('TE identity', ['Transfer-Encoding: identity', 'Content-Length: 2'], `{}${smuggled}`),
  post('TE and a space before the colon', ['Transfer-Encoding : chunked'], two),
  post('TE and a vertical tab', ['Transfer-Encoding: \x0bchunked'], two),
  post('TE xchunked', ['Transfer-Encoding: xchunked'], two),
  post('TE in quotes', ['Transfer-Encoding: "chunked"'], two),
  post('TE folded', ['Transfer-Encoding:', ' chunked'], two),
  post('CL with a plus', ['Content-Length: +2'], `{}`),
  post('CL with a minus', ['Content-Length: -2'], `{}`),
  post('CL in hex', ['Content-Length: 0x2'], `{}`),
  post('CL with a space in it', ['Content-Length: 2 2'], `{}`),
  post('CL with a letter', ['Content-Length: 2a'], `{}`),
  post('CL without a value', ['Content-Length:'], `{}`),
  post('CL beyond 64 bits', [`Content-Length: ${'9'.repeat(30)}`], `{}`),
  post('CL and a space before the colon', ['Content-Length : 2'], `{}`),
  post('chunk size beyond 64 bits', ['Transfer-Encoding: chunked'], `1${'0'.repeat(20)}${CRLF}{}`),
  post('chunk size with a minus', ['Transfer-Encoding: chunked'], `-2${CRLF}{}${CRLF}${empty}`),
  post('chunk size with 0x', ['Transfer-Encoding: chunked'], `0x2${CRLF}{}${CRLF}${empty}`),
  post('chunk size missing', ['Transfer-Encoding: chunked'], `${CRLF}{}${CRLF}${empty}`),
  post('chunk longer than said', ['Transfer-Encoding: chunked'], `1${CRLF}{}${CRLF}${empty}`),
  post('chunk ended by a bare LF', ['Transfer-Encoding: chunked'], `2${CRLF}{}\n${empty}`),
  post('chunk size ended by a bare LF', ['Transfer-Encoding: chunked'], `2\n{}${CRLF}${empty}`),
  post('chunk size ended by a bare CR', ['Transfer-Encoding: chunked'], `2\r{}${CRLF}${empty}`),
];

/** What is not HTTP, or not what is asked for here. */
export const malformed: HostileBytes[] = [
  get('NUL in a header', '/plaintext', [HOST, 'X-A: a\0b']),
  get('bare CR in a header', '/plaintext', [HOST, 'X-A: a\rb']),
  get('a space before the colon', '/plaintext', [HOST, 'X-A : b']),
  get('a space before the name', '/plaintext', [' X-A: b', HOST]),
  get('obs-fold', '/plaintext', [HOST, 'X-A: a', ' b']),
  get('a header without a colon', '/plaintext', [HOST, 'X-A']),
  get('a header without a name', '/plaintext', [HOST, ': b']),
  get('a name with a parenthesis', '/plaintext', [HOST, 'X(A: b']),
  hostile('bare CR all through', 'GET /plaintext HTTP/1.1\rHost: localhost\r\r', {
    complete: false,
  }),
  get('a NUL in the path', '/users/a\0b', [HOST]),
  get('a space in the path', '/users/a b', [HOST]),
  get('a target without a slash', 'plaintext', [HOST]),
  hostile('an unknown method', `BREW /plaintext HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('a method in lower case', `get /plaintext HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile(
    'a method of 1 KiB',
    `${'A'.repeat(1024)} /plaintext HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`,
  ),
  hostile('CONNECT', `CONNECT localhost:80 HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('OPTIONS *', `OPTIONS * HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('GET *', `GET * HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('HTTP/1.2', `GET /plaintext HTTP/1.2${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('HTTP/9.9', `GET /plaintext HTTP/9.9${CRLF}${HOST}${CRLF}${CRLF}`),
  hostile('a TLS hello', Buffer.from('16030100c8010000c40303', 'hex'), { complete: false }),
  hostile(
    'a TLS hello, and lines',
    Buffer.concat([Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(200, '\r\n')]),
  ),
  hostile('nothing but NULs', Buffer.alloc(4096)),
  hostile('nothing but 0xff', Buffer.alloc(4096, 0xff)),
  hostile('a number of lines', `${CRLF.repeat(5000)}`, { complete: false }),
  post('invalid UTF-8 in the body', ['Content-Length: 4'], '"\xff\xfe"', { statuses: [400] }),
  post('NUL bytes as a body', ['Content-Length: 4'], '\0\0\0\0', { statuses: [400] }),
  get('invalid UTF-8 in the path, escaped', '/users/%ff%fe', [HOST], { statuses: [400] }),
];

/** More than anybody may send. */
export const oversized: HostileBytes[] = [
  get('16 KiB of headers and more', '/plaintext', [HOST, `X-A: ${'a'.repeat(20_000)}`], {
    statuses: [400, 431],
  }),
  get(
    '5,000 headers',
    '/plaintext',
    [HOST, ...Array.from({ length: 5000 }, (_, n) => `X-${n}: b`)],
    { statuses: [400, 431] },
  ),
  get('a path of 100 KiB', `/${'a'.repeat(102_400)}`, [HOST], { statuses: [400, 414, 431] }),
  post('65,537 bytes', ['Content-Length: 65537'], `"${'a'.repeat(65_535)}"`, { statuses: [413] }),
  post(
    '65,537 bytes in a chunk',
    ['Transfer-Encoding: chunked'],
    `10001${CRLF}"${'a'.repeat(65_535)}"${CRLF}${empty}`,
    { statuses: [413] },
  ),
  post('a gigabyte, declared', ['Content-Length: 1073741824'], '[', { statuses: [413] }),
  post('200,000 levels of nesting', ['Content-Length: 200000'], '['.repeat(200_000), {
    statuses: [413],
  }),
  post(
    'a chunk extension of 100 KiB',
    ['Transfer-Encoding: chunked'],
    `2;a=${'b'.repeat(102_400)}${CRLF}{}${CRLF}${empty}`,
    { statuses: [400, 413, 431] },
  ),
];

/** Fields after a chunked body belong to it (RFC 9112, section 7.1.2), and are no request. */
export const trailers: HostileBytes[] = [
  post(
    'trailers',
    ['Transfer-Encoding: chunked'],
    `2${CRLF}{}${CRLF}0${CRLF}X-A: b${CRLF}${CRLF}`,
    { statuses: [200] },
  ),
  post(
    'trailers that frame',
    ['Transfer-Encoding: chunked'],
    `2${CRLF}{}${CRLF}0${CRLF}Content-Length: 5${CRLF}${CRLF}`,
    { statuses: [200, 400] },
  ),
];

const nested = '['.repeat(30_000) + ']'.repeat(30_000);
const unclosed = '['.repeat(60_000);

/** What is unusual, or faulty in a way that HTTP lets a server overlook. */
export const unusual: HostileBytes[] = [
  hostile('bare LF all through', 'GET /plaintext HTTP/1.1\nHost: localhost\n\n', {
    statuses: [200, 400, 505],
  }),
  get('no Host', '/plaintext', [], { statuses: [200, 400] }),
  get('two Hosts', '/plaintext', [HOST, 'Host: elsewhere'], { statuses: [200, 400] }),
  get('a Host with a slash', '/plaintext', ['Host: a/b'], { statuses: [200, 400, 404] }),
  hostile('HTTP/0.9', `GET /plaintext${CRLF}${CRLF}`, { statuses: [200, 400, 505] }),
  hostile('HTTP/2.0', `GET /plaintext HTTP/2.0${CRLF}${HOST}${CRLF}${CRLF}`, {
    statuses: [200, 400, 505],
  }),
  // Some speak it without TLS.
  hostile('the preface of HTTP/2', `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`, {
    complete: false,
  }),
  get('invalid UTF-8 in the path, raw', '/users/\xff\xfe', [HOST], { statuses: [200, 400] }),
  post('an unknown expectation', ['Expect: a miracle', 'Content-Length: 2'], '{}', {
    statuses: [200, 417],
  }),
  // Read as it says or as faulty, and the connection is closed (RFC 9112, section 6.1).
  hostile(
    'HTTP/1.0 with TE',
    `POST /json HTTP/1.0${CRLF}${HOST}${CRLF}Content-Type: application/json${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}${two}`,
    { statuses: [200, 400] },
  ),
  post('two CL, the same', ['Content-Length: 2', 'Content-Length: 2'], '{}', {
    statuses: [200, 400],
  }),
  post('CL with zeros before it', ['Content-Length: 0000000002'], '{}', { statuses: [200, 400] }),
  post('a chunk extension', ['Transfer-Encoding: chunked'], `2;a=b${CRLF}{}${CRLF}${empty}`, {
    statuses: [200],
  }),
  post('TE in capitals', ['TRANSFER-ENCODING: CHUNKED'], two, { statuses: [200] }),
  post('30,000 levels of nesting, closed', [`Content-Length: ${nested.length}`], nested, {
    statuses: [200, 400],
  }),
  post('60,000 levels of nesting, open', [`Content-Length: ${unclosed.length}`], unclosed, {
    statuses: [400],
  }),
  post('Expect: 100-continue', ['Expect: 100-continue', 'Content-Length: 2'], '{}', {
    statuses: [200],
  }),
  get('an absolute target', 'http://elsewhere/plaintext', [HOST], { statuses: [200] }),
  get('an escaped NUL in the path', '/users/%00', [HOST], { statuses: [200] }),
  get('an escaped slash in the path', '/users/a%2Fb', [HOST], { statuses: [200] }),
  get('a NUL in the query, escaped', '/queries?count=%00', [HOST], { statuses: [200] }),
  get('invalid UTF-8 in the query, escaped', '/queries?count=%ff', [HOST], { statuses: [200] }),
  get('invalid UTF-8 in the query, raw', '/queries?count=\xff', [HOST], { statuses: [200, 400] }),
  get('a query of 10 KiB', `/plaintext?${'a'.repeat(10_240)}`, [HOST], { statuses: [200] }),
  get('invalid UTF-8 in a header', '/plaintext', [HOST, 'X-A: \xff\xfe'], { statuses: [200] }),
  get('an empty header', '/plaintext', [HOST, 'X-A:'], { statuses: [200] }),
  get('an empty Host', '/plaintext', ['Host:'], { statuses: [200, 400, 404] }),
  get('100 headers', '/plaintext', [HOST, ...Array.from({ length: 100 }, (_, n) => `X-${n}: b`)], {
    statuses: [200],
  }),
  hostile(
    'a line before the request',
    `${CRLF}GET /plaintext HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`,
    { statuses: [200, 400] },
  ),
  get(
    'an upgrade to websocket',
    '/plaintext',
    [HOST, 'Connection: Upgrade', 'Upgrade: websocket'],
    { statuses: [200] },
  ),
  get(
    'an upgrade to h2c',
    '/plaintext',
    [HOST, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
    { statuses: [200] },
  ),
  get('TE: trailers', '/plaintext', [HOST, 'TE: trailers'], { statuses: [200] }),
  hostile('HTTP/1.0', `GET /plaintext HTTP/1.0${CRLF}${HOST}${CRLF}${CRLF}`, { statuses: [200] }),
  hostile('HTTP/1.0 without Host', `GET /plaintext HTTP/1.0${CRLF}${CRLF}`, {
    statuses: [200, 400, 404],
  }),
  hostile(
    'HTTP/1.0 kept alive',
    `GET /plaintext HTTP/1.0${CRLF}${HOST}${CRLF}Connection: keep-alive${CRLF}${CRLF}`,
    { statuses: [200] },
  ),
];
