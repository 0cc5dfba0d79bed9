import { gzipSync } from 'node:zlib';
import { schemas } from '@heptathlon/contract';
import { get, postJson, type Request, request } from '../http/request.js';
import { header, type Response } from '../http/response.js';
import type { Probe } from './probes.js';

/** A request to a framework as it comes, with no setting of ours. */
const probe = (name: string, title: string, request: Request, tells?: Probe['tells']): Probe => ({
  ...{ name, title, request },
  ...(tells && { tells }),
});
const typeOf = (response: Response) => header(response, 'content-type') ?? 'no Content-Type';
const text = ({ body }: Response) => body.toString().slice(0, 40) || 'empty';
const others = ({ headers }: Response) =>
  headers
    .filter(([name]) => !/^(date|connection|content-(type|length))$/.test(name))
    .map(([name, value]) => (name === 'keep-alive' ? `${name}: ${value}` : name))
    .join(', ');
const typed = (type: string, body: string) =>
  request('POST', '/json', { headers: { 'Content-Type': type }, body });
const large = JSON.stringify(['x'.repeat(200_000)]);

/** What apps had to change, or would have had to: sent to each framework as it comes. */
export const defaults: Probe[] = [
  probe('default.text', 'a handler returns a string', get('/plaintext'), typeOf),
  probe('default.json', 'a handler returns an object', get('/json'), typeOf),
  probe('default.headers', 'other headers than these need', get('/json'), others),
  probe('default.post', 'POST {"a":1}, echoed', postJson('{"a":1}'), text),
  probe('default.slash', 'GET /plaintext/', get('/plaintext/')),
  probe('default.case', 'GET /PLAINTEXT', get('/PLAINTEXT')),
  probe('default.nowhere', 'GET /nowhere', get('/nowhere')),
  probe('default.method', 'DELETE /plaintext', request('DELETE', '/plaintext')),
  probe('default.options', 'OPTIONS /plaintext', request('OPTIONS', '/plaintext')),
  probe('default.head', 'HEAD /plaintext', request('HEAD', '/plaintext')),
  probe(
    'default.long-id',
    'an id of 101 characters',
    get(`/users/${'a'.repeat(schemas.UserId.maxLength + 1)}`),
  ),
  probe('default.malformed-id', 'GET /users/%zz', get('/users/%zz'), text),
  probe('default.malformed', 'a body of {bad', postJson('{bad'), text),
  probe('default.empty', 'an empty body', postJson(''), text),
  probe('default.scalar', 'a body of 42', postJson('42'), text),
  probe('default.string', 'a body of "text"', postJson('"text"'), text),
  probe('default.null', 'a body of null', postJson('null'), text),
  probe(
    'default.proto',
    'a body of {"__proto__":{"a":1}}',
    postJson('{"__proto__":{"a":1}}'),
    text,
  ),
  probe('default.plain', '{"a":1} as text/plain', typed('text/plain', '{"a":1}'), text),
  probe('default.form', 'a=1 as a form', typed('application/x-www-form-urlencoded', 'a=1'), text),
  probe(
    'default.no-type',
    '{"a":1} of no type',
    request('POST', '/json', { body: '{"a":1}' }),
    text,
  ),
  probe(
    'default.gzip',
    '{"a":1}, compressed with gzip',
    postJson(gzipSync('{"a":1}'), { headers: { 'Content-Encoding': 'gzip' } }),
    text,
  ),
  probe('default.large', 'a body of 200 KB', postJson(large)),
  { ...probe('default.fails', 'a handler throws an error', get('/fails')), secret: 'secret' },
];
