import { operations } from '@heptathlon/contract';
import { exchanges } from '../case.js';
import { type Answer, json } from '../expect.js';
import { get, request } from '../http/request.js';

const example = (id: 'plaintext' | 'json') => operations.find((found) => found.operationId === id);

/** The answer to `plaintext`, from its example. */
export const plaintext: Answer = {
  status: 200,
  type: example('plaintext')?.contentType ?? '',
  body: String(contentOf('plaintext')),
};

/** The answer to `json`, from its example. */
export const message: Answer = json(contentOf('json'));

function contentOf(id: 'plaintext' | 'json'): unknown {
  const operation = example(id);
  return operation && 'example' in operation ? operation.example : undefined;
}

export const constants = [
  exchanges('plaintext.answer', 'GET /plaintext answers the text', [
    [get('/plaintext'), plaintext],
    [get('/plaintext?count=3&x=%20'), plaintext],
  ]),
  exchanges('json.answer', 'GET /json answers the message', [
    [get('/json'), message],
    [get('/json?x=1'), message],
  ]),
  exchanges('get.body', 'a GET with a body is answered as one without', [
    [
      request('GET', '/plaintext', {
        headers: { 'Content-Type': 'application/json' },
        body: '{bad',
      }),
      plaintext,
    ],
    [request('GET', '/json', { headers: { 'Content-Type': 'text/xml' }, body: '<a/>' }), message],
  ]),
  exchanges('method.head', 'HEAD answers the headers of GET, and no body', [
    [request('HEAD', '/plaintext'), plaintext],
    [request('HEAD', '/json'), message],
    [request('HEAD', '/users/42'), json({ id: '42' })],
  ]),
];
