import { operations as derived } from '@heptathlon/contract';
import { describe, expect, test } from 'vitest';
import { operations } from '../src/document.js';
import { judge } from '../src/judge.js';
import type { Exchange, Message } from '../src/message.js';
import { CLOSED, type Outcome, SILENT } from '../src/send.js';

const get = (target: string, more: Partial<Message> = {}): Message => ({
  method: 'GET',
  target,
  version: '1.1',
  hosts: ['localhost'],
  headers: [],
  ...more,
});
const one = (message: Message): Exchange => ({ messages: [message], pipelined: false });
const answer = (status: number, type: string, body: string): Outcome => ({
  ms: 1,
  answer: {
    status,
    headers: [
      ['content-type', type],
      ['content-length', String(body.length)],
    ],
    body: Buffer.from(body),
  },
});
const problem = (status: number, title: string) =>
  answer(
    status,
    'application/problem+json',
    JSON.stringify({ type: 'about:blank', title, status }),
  );
const notFound = problem(404, 'Not Found');
const judged = (message: Message, outcomes: Outcome[], breaks: string[] = []) =>
  judge(
    one(message),
    outcomes.map((outcome, index) => [{ name: `server ${index}`, breaks }, [outcome]]),
  );

test('the operations are those of the contract', () => {
  expect(
    operations.map(({ operationId, method, path }) => ({ operationId, method, path })),
  ).toEqual(derived.map(({ operationId, method, path }) => ({ operationId, method, path })));
});

test('equal answers that the rule book asks for are no finding', () => {
  expect(judged(get('/nowhere'), [notFound, notFound])).toBeUndefined();
});

test('equal answers that the rule book does not ask for are one', () => {
  const finding = judged(get('/nowhere'), [
    problem(400, 'Bad Request'),
    problem(400, 'Bad Request'),
  ]);
  expect(finding?.blamed.map(({ name }) => name)).toEqual(['server 0', 'server 1']);
  expect(finding?.violation).toBe('rule book: status: expected 404, received 400');
});

test('who answers something else than the rule book is to blame, though it be most', () => {
  const wrong = problem(400, 'Bad Request');
  const finding = judged(get('/nowhere'), [wrong, notFound, wrong]);
  expect(finding?.blamed.map(({ name }) => name)).toEqual(['server 0', 'server 2']);
});

test('an answer after more than 1 s is slow, and silence is, too', () => {
  expect(judged(get('/nowhere'), [notFound, { ...notFound, ms: 1001 }])?.blamed).toEqual([
    { name: 'server 1', kind: 'slow' },
  ]);
  const silent = { answer: SILENT, ms: 5000 };
  expect(judged(get('/a\\b'), [notFound, silent])?.blamed).toEqual([
    { name: 'server 1', kind: 'slow' },
  ]);
});

test('what is not HTTP is a finding, whatever was asked', () => {
  const garbage = { answer: 'not an HTTP response: "SSH-2.0"', ms: 1 };
  expect(judged(get('/a\\b'), [notFound, garbage])?.blamed).toEqual([
    { name: 'server 1', kind: 'differs' },
  ]);
});

describe('what the rule book leaves open', () => {
  const open: Message[] = [
    get('/users/../json'),
    get('/users/é'),
    get('/queries?count=3#x'),
    get('*'),
    get('/json', { hosts: [] }),
    get('/json', { hosts: ['a b'] }),
    get('/json', { method: 'FOO' }),
    get('/json', { headers: [['Expect', 'x']] }),
  ];

  test.each(open)('is not compared: $method $target', (message) => {
    const outcomes = [notFound, problem(400, 'Bad Request'), { answer: CLOSED, ms: 1 }];
    expect(judged(message, outcomes)).toBeUndefined();
  });

  test.each(open)('but is no excuse for a 500: $method $target', (message) => {
    const finding = judged(message, [notFound, problem(500, 'Internal Server Error')]);
    expect(finding?.kinds).toEqual(['5xx']);
  });
});

test('a server is excused from what it is known to break, and no other is', () => {
  const exchange = { messages: [get('/db'), get('/nowhere')], pipelined: true };
  const closed = { answer: CLOSED, ms: 1 };
  const rows = answer(200, 'application/json', '{"id":1,"randomNumber":1}');
  const right = { name: 'right', breaks: [] };
  const known = { name: 'known', breaks: ['connection.pipelining-rows'] };
  const answers = [rows, notFound];
  expect(
    judge(exchange, [
      [right, answers],
      [known, [closed, closed]],
    ]),
  ).toBeUndefined();
  expect(
    judge(exchange, [
      [right, answers],
      [{ ...known, breaks: [] }, [closed, closed]],
    ])?.blamed,
  ).toEqual([{ name: 'known', kind: 'differs' }]);
});
