import { schemas } from '@heptathlon/contract';
import { exchanges } from '../case.js';
import { json, problem } from '../expect.js';
import { get, request } from '../http/request.js';

const max = schemas.UserId.maxLength;
const user = (path: string, id: string) =>
  [get(`/users/${path}`), json({ id })] as [ReturnType<typeof get>, ReturnType<typeof json>];
const refused = (path: string) =>
  [get(path), problem(400)] as [ReturnType<typeof get>, ReturnType<typeof json>];
const missing = (path: string, method = 'GET') =>
  [request(method, path), problem(404)] as [ReturnType<typeof get>, ReturnType<typeof json>];
const body = { headers: { 'Content-Type': 'application/json' }, body: '{"a":1}' };

export const paths = [
  exchanges('params.answer', 'GET /users/{id} answers the id, percent-decoded', [
    user('42', '42'),
    user('a%20b+c', 'a b+c'),
    user('%C3%A9%F0%9F%98%80', 'é😀'),
    user('a%2Fb', 'a/b'),
    user('%2525', '%25'),
    user('%25zz', '%zz'),
    user('a%3Fb%23c?d=e', 'a?b#c'),
    user('a;b=c,d', 'a;b=c,d'),
    user('__proto__', '__proto__'),
    user('%22%5C%3C%0A', '"\\<\n'),
  ]),
  exchanges('params.length', 'an id has 1 to 100 characters, counted after decoding', [
    user('a'.repeat(max), 'a'.repeat(max)),
    user('%61'.repeat(max), 'a'.repeat(max)),
    user('%C3%A9'.repeat(max), 'é'.repeat(max)),
    user('%F0%9F%98%80'.repeat(max), '😀'.repeat(max)),
    refused(`/users/${'a'.repeat(max + 1)}`),
    refused(`/users/${'%C3%A9'.repeat(max + 1)}`),
    refused(`/users/${'%F0%9F%98%80'.repeat(max + 1)}`),
    refused(`/users/${'a'.repeat(4000)}`),
    missing('/users'),
  ]),
  exchanges(
    'params.malformed',
    'an id with a malformed escape, or one that decodes to invalid UTF-8, is 400',
    ['%zz', '%', 'a%2', '%ff', '%C3%28', '%ED%A0%80', '%25%ff', '%%320'].map((id) =>
      refused(`/users/${id}`),
    ),
  ),
  exchanges(
    'path.unknown',
    'a path that is not listed is 404',
    ['/', '/nowhere', '/plaintext/more', '/users/1/2', '/index.html', '/favicon.ico'].map((path) =>
      missing(path),
    ),
  ),
  exchanges(
    'path.trailing-slash',
    'a trailing slash is 404',
    ['/plaintext/', '/json/', '/users/42/', '/db/', '/queries/?count=2', '/template/'].map((path) =>
      missing(path),
    ),
  ),
  exchanges(
    'path.letter-case',
    'another letter case is 404',
    ['/Plaintext', '/JSON', '/Users/42', '/DB', '/Queries', '/TEMPLATE'].map((path) =>
      missing(path),
    ),
  ),
  exchanges('method.unlisted', 'a method that is not listed is 404', [
    missing('/plaintext', 'POST'),
    missing('/json', 'PUT'),
    missing('/db', 'DELETE'),
    missing('/users/42', 'PATCH'),
    missing('/json', 'OPTIONS'),
    ...['TRACE', 'PROPFIND'].map((method) => missing('/plaintext', method)),
    [request('POST', '/plaintext', body), problem(404)],
    [request('PUT', '/json', body), problem(404)],
    [request('POST', '/nowhere', body), problem(404)],
    [request('HEAD', '/nowhere'), problem(404)],
  ]),
];
