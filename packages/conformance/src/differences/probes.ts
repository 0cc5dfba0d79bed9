import { gzipSync } from 'node:zlib';
import { maxBodyBytes } from '@heptathlon/contract';
import { get, postJson, type Request, type RequestOptions, request } from '../http/request.js';
import { header, type Response } from '../http/response.js';

/** A request that the rule book leaves open: servers answer it as they come, and each is right. */
export interface Probe {
  /** As rules are named: its group, and what it is about. */
  name: string;
  /** What is sent, for a person. */
  title: string;
  request: Request;
  /** What is worth knowing of an answer of 2xx, beside its status. */
  tells?: (response: Response) => string;
  /** Whether it is of interest what becomes of the connection. */
  ends?: boolean;
  /** What an error must not tell. */
  secret?: string;
}

const probe = (name: string, title: string, request: Request, tells?: Probe['tells']): Probe => ({
  ...{ name, title, request },
  ...(tells && { tells }),
});

/** A GET of a path, which is its title too. */
const path = (name: string, target: string, tells?: Probe['tells'], title = `GET ${target}`) =>
  probe(name, title, get(target), tells);

/** A POST of JSON, or of what says that it is. */
const body = (
  name: string,
  title: string,
  content: string | Buffer,
  options?: RequestOptions,
  tells: Probe['tells'] = text,
) => probe(name, title, postJson(content, options), tells);

/** Lines of a head, to the byte; `Host` is among them. */
const head = (name: string, title: string, lines: string[], content = ''): Probe => {
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${content}`, 'latin1');
  const method = lines[0]?.split(' ')[0] ?? '';
  return probe(name, title, { method, label: title, bytes }, text);
};

/** A GET of a constant, with headers. */
const asked = (name: string, title: string, headers: Record<string, string>, tells = text) =>
  probe(name, title, get('/plaintext', { headers }), tells);

const HOST = 'Host: localhost';
const JSON_TYPE = 'Content-Type: application/json';
const large = JSON.stringify(['x'.repeat(maxBodyBytes)]);

/** The body, unless it is that of `plaintext`, which tells nothing. */
function text({ body }: Response): string {
  const said = body.toString();
  return said === 'Hello, World!' ? '' : said;
}
const rows = ({ body }: Response) => {
  const { length } = JSON.parse(body.toString());
  return length === 1 ? '1 row' : `${length} rows`;
};
const hasLength = (response: Response) =>
  header(response, 'content-length') === undefined ? 'no Content-Length' : 'Content-Length';

/** All of them, by group. Those of a group stand together. */
export const probes: Probe[] = [
  path('path.escaped', '/%70laintext', text),
  path('path.escaped-prefix', '/%75sers/1', text),
  path('path.escaped-mark', '/plaintext%3F', text),
  path('path.malformed', '/plain%zz'),
  path('path.malformed-end', '/plaintext%'),
  path('path.malformed-nowhere', '/nowhere/%ff'),
  path('path.no-id', '/users/', text),
  path('path.no-id-twice', '/users//', text),
  path('path.double-slash', '//plaintext', text),
  path('path.double-slash-host', '//x/plaintext', text),
  path('path.double-slash-end', '/plaintext//', text),
  path('path.dot', '/./plaintext', text),
  path('path.dots', '/users/../plaintext', text),
  path('path.dots-escaped', '/users/%2e%2e/plaintext', text),
  path('path.dots-id', '/users/..', text),
  path('path.backslash', '/users/a\\b', text),
  path('path.matrix', '/plaintext;a=b', text),
  path('path.nul', '/users/a%00b', text),
  head('path.latin-1', 'GET /users/é, as the octet E9', ['GET /users/\xe9 HTTP/1.1', HOST]),
  path('path.utf-8', '/users/é', text, 'GET /users/é, as the octets C3 A9'),

  path('target.fragment', '/plaintext#top', text),
  path('target.fragment-id', '/users/42#top', text),
  path('target.fragment-query', '/queries?count=3#top', rows),
  path('target.absolute', 'http://elsewhere/users/42', text),
  path('target.absolute-https', 'https://elsewhere/users/42', text),
  path('target.absolute-bare', 'http://elsewhere', text),
  path('target.other-scheme', 'ftp://elsewhere/users/42', text),
  path('target.no-slash', 'plaintext', text),
  path('target.star', '*', text),
  head('target.options', 'OPTIONS *', ['OPTIONS * HTTP/1.1', HOST]),
  head('target.connect', 'CONNECT localhost:80', ['CONNECT localhost:80 HTTP/1.1', HOST]),

  path('query.twice', '/queries?count=2&count=3', rows),
  path('query.brackets', '/queries?count[]=3', rows),
  path('query.two-marks', '/queries??count=3', rows),
  path('query.semicolon', '/queries?a=1;count=3', rows),
  path('query.plus', '/queries?count=+3', rows),
  path('query.malformed', '/queries?x=%zz&count=3', rows),
  path('query.malformed-count', '/queries?count=3%zz', rows),
  path(
    'query.thousand',
    `/queries?${'a=1&'.repeat(1000)}count=3`,
    rows,
    'GET /queries?, a thousand parameters, and count=3',
  ),

  body('body.mark', 'a byte order mark, and {"a":1}', '\ufeff{"a":1}'),
  body('body.mark-only', 'a byte order mark only', '\ufeff'),
  body('body.utf-8', 'invalid UTF-8 in a string', Buffer.from('["\xff"]', 'latin1')),
  body('body.surrogate', 'an encoded surrogate', Buffer.from('["\xed\xa0\x80"]', 'latin1')),
  body('body.utf-16', '{} in UTF-16', Buffer.from('{}', 'utf16le')),
  body('body.duplicate', '{"a":1,"a":2}', '{"a":1,"a":2}'),
  probe('body.deep', '30,000 arrays deep', postJson(`${'['.repeat(30_000)}${']'.repeat(30_000)}`)),
  body('body.latin-1', 'charset=latin1', '{"a":1}', {
    headers: { 'Content-Type': 'application/json; charset=latin1' },
  }),
  body('body.utf8', 'charset=utf8', '{"a":1}', {
    headers: { 'Content-Type': 'application/json; charset=utf8' },
  }),
  body('body.suffix', 'application/vnd.api+json', '{"a":1}', {
    headers: { 'Content-Type': 'application/vnd.api+json' },
  }),
  body('body.json5', 'application/json5', '{"a":1}', {
    headers: { 'Content-Type': 'application/json5' },
  }),
  head(
    'body.two-types',
    'Content-Type twice: JSON, then text',
    [...['POST /json HTTP/1.1', HOST, JSON_TYPE, 'Content-Type: text/plain'], 'Content-Length: 2'],
    '{}',
  ),
  probe('body.no-type', 'neither a type nor a body', request('POST', '/json')),
  body('body.gzip', '{}, compressed with gzip', gzipSync('{}'), {
    headers: { 'Content-Encoding': 'gzip' },
  }),
  body('body.identity', 'Content-Encoding: identity', '{"a":1}', {
    headers: { 'Content-Encoding': 'identity' },
  }),

  body('order.type-size', 'text, and too large', large, {
    headers: { 'Content-Type': 'text/plain' },
  }),
  body('order.encoding-size', 'gzip, and too large', large, {
    headers: { 'Content-Encoding': 'gzip' },
  }),
  body('order.size-json', 'too large, and not JSON', '{'.repeat(maxBodyBytes + 1)),
  probe(
    'order.nowhere-json',
    'POST /nowhere, and not JSON',
    request('POST', '/nowhere', { headers: { 'Content-Type': 'application/json' }, body: '{bad' }),
  ),
  probe(
    'order.nowhere-size',
    'POST /nowhere, and too large',
    request('POST', '/nowhere', { headers: { 'Content-Type': 'application/json' }, body: large }),
  ),
  probe(
    'order.nowhere-type',
    'POST /nowhere, and XML',
    request('POST', '/nowhere', { headers: { 'Content-Type': 'text/xml' }, body: '<a/>' }),
  ),

  probe('head.constant', 'HEAD /plaintext', request('HEAD', '/plaintext'), hasLength),
  probe('head.json', 'HEAD /json', request('HEAD', '/json'), hasLength),
  probe('head.rows', 'HEAD /queries', request('HEAD', '/queries'), hasLength),
  probe('head.page', 'HEAD /template', request('HEAD', '/template'), hasLength),
  probe('head.nowhere', 'HEAD /nowhere', request('HEAD', '/nowhere')),

  asked('condition.none-match', 'If-None-Match: *', { 'If-None-Match': '*' }),
  asked('condition.match', 'If-Match: "a"', { 'If-Match': '"a"' }),
  asked('condition.modified', 'If-Modified-Since, now', {
    'If-Modified-Since': 'Fri, 31 Dec 2100 23:59:59 GMT',
  }),
  asked('condition.range', 'Range: bytes=0-1', { Range: 'bytes=0-1' }),
  asked('condition.accept', 'Accept: image/png', { Accept: 'image/png' }),
  asked('condition.expect', 'Expect: something', { Expect: 'something' }),

  head('method.unknown', 'FOO /plaintext', ['FOO /plaintext HTTP/1.1', HOST]),
  head('method.lower-case', 'get /plaintext', ['get /plaintext HTTP/1.1', HOST]),
  probe('method.query', 'QUERY /plaintext', request('QUERY', '/plaintext')),
  probe('method.trace', 'TRACE /plaintext', request('TRACE', '/plaintext')),

  head('http.none', 'what is not HTTP', ['hello']),
  head('http.version', 'HTTP/1.2', ['GET /plaintext HTTP/1.2', HOST]),
  head('http.version-2', 'HTTP/2.0', ['GET /plaintext HTTP/2.0', HOST]),
  head('http.no-host', 'no Host', ['GET /plaintext HTTP/1.1']),
  head('http.two-hosts', 'two of Host', ['GET /plaintext HTTP/1.1', HOST, 'Host: elsewhere']),
  head('http.host-space', 'Host: a b', ['GET /plaintext HTTP/1.1', 'Host: a b']),
  head('http.host-path', 'Host: localhost/users', ['GET /1 HTTP/1.1', 'Host: localhost/users']),
  head('http.folded', 'a folded header', ['GET /plaintext HTTP/1.1', HOST, 'X-A: a', ' b']),
  head('http.lf', 'lines that end with LF only', [`GET /plaintext HTTP/1.1\n${HOST}\n`]),
  head('http.large-header', 'a header of 20,000 bytes', [
    ...['GET /plaintext HTTP/1.1', HOST, `X-A: ${'a'.repeat(20_000)}`],
  ]),
  head('http.large-target', 'a path of 20,000 bytes', [
    ...[`GET /${'a'.repeat(20_000)} HTTP/1.1`, HOST],
  ]),
  head(
    'http.same-lengths',
    'the same Content-Length twice',
    ['POST /json HTTP/1.1', HOST, JSON_TYPE, 'Content-Length: 2', 'Content-Length: 2'],
    '{}',
  ),
  head(
    'http.chunked-1.0',
    'chunks in HTTP/1.0',
    ['POST /json HTTP/1.0', HOST, JSON_TYPE, 'Transfer-Encoding: chunked'],
    '2\r\n{}\r\n0\r\n\r\n',
  ),
  head(
    'http.extension',
    'an odd chunk extension',
    ['POST /json HTTP/1.1', HOST, JSON_TYPE, 'Transfer-Encoding: chunked'],
    '2;=;\r\n{}\r\n0\r\n\r\n',
  ),
  head(
    'http.trailer',
    'a trailer',
    ['POST /json HTTP/1.1', HOST, JSON_TYPE, 'Transfer-Encoding: chunked'],
    '2\r\n{}\r\n0\r\nX-A: b\r\n\r\n',
  ),
  {
    ...head(
      'http.too-large',
      'chunks that are too large and do not end, Connection: close',
      [
        ...['POST /json HTTP/1.1', HOST, JSON_TYPE, 'Connection: close'],
        'Transfer-Encoding: chunked',
      ],
      `14000\r\n[${' '.repeat(0x13fff)}\r\n`,
    ),
    ends: true,
  },
  {
    ...head('http.refused', 'a space before the colon of a header', [
      ...['GET /plaintext HTTP/1.1', HOST, 'X : b'],
    ]),
    ends: true,
  },
  asked('http.upgrade', 'GET, and an upgrade to websocket', {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
  }),
  body('http.upgrade-post', 'POST, and an upgrade to h2c', '{"a":1}', {
    headers: { Connection: 'Upgrade', Upgrade: 'h2c' },
  }),
];
