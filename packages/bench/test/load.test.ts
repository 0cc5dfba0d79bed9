import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AutocannonProcess } from '../src/autocannon/process.js';
import { answerRight, rightAnswer, serve } from './stand-in.js';

const { signal } = new AbortController();
const now = () => Number(process.hrtime.bigint()) / 1e6;

let autocannon: AutocannonProcess;
beforeAll(async () => {
  autocannon = await AutocannonProcess.start(undefined, signal);
});
afterAll(() => autocannon.stop());

/** Loads `plaintext` until something has happened: how much that takes depends on the machine. */
async function load(url: string, until: () => boolean) {
  const running = autocannon.load({ event: 'plaintext', url, connections: 4 });
  while (!until()) await sleep(5);
  return running.stop();
}

/** Counts: as a function, whether there were so many. */
function counter() {
  let count = 0;
  return { next: () => ++count, reaches: (enough: number) => () => count >= enough };
}

test('a moment before a load is not known, however much the load before it did', async () => {
  const answers = counter();
  const { url } = await serve((request, response) => {
    answers.next();
    answerRight(request, response);
  });
  await load(url, answers.reaches(100));
  const before = now();
  const running = autocannon.load({ event: 'plaintext', url, connections: 4 });
  while (!answers.reaches(200)()) await sleep(5);
  await expect(running.at(before)).rejects.toThrow(RangeError);
  const tick = await running.at(now());
  const { requests } = await running.stop();
  expect(tick.requests).toBeGreaterThan(0);
  expect(requests).toBeGreaterThanOrEqual(tick.requests);
});

describe('what is no failure', () => {
  test('a connection that is closed in order after every 10th answer', async () => {
    const answers = counter();
    const { url } = await serve(async (request, response) => {
      if (answers.next() % 10 === 0) response.setHeader('connection', 'close');
      response.end(await rightAnswer(request));
    });
    const end = await load(url, answers.reaches(200));
    expect(end).toMatchObject({ errors: 0, seen: [] });
    expect(end.requests).toBe(answers.next() - 1);
  });

  test('an answer that ends with its connection', async () => {
    const answers = counter();
    const { url } = await serveRaw((socket) => {
      answers.next();
      socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nHello, World!');
    });
    const end = await load(url, answers.reaches(20));
    expect(end).toMatchObject({ errors: 0, seen: [] });
    expect(end.requests).toBe(answers.next() - 1);
  });

  test('an answer that is late when the time is up', async () => {
    const requests = counter();
    const { url } = await serve((_request, response) => {
      requests.next();
      setTimeout(() => response.end('Hello, World!'), 1500);
    });
    const end = await load(url, requests.reaches(4));
    expect(end).toMatchObject({ requests: 4, errors: 0, seen: [] });
  });
});

describe('what is one is named', () => {
  test.each<[string, string, RegExp]>([
    [
      'another status',
      'HTTP/1.1 503 No\r\nContent-Length: 13\r\n\r\nHello, World!',
      /^\d+ wrong answers? \(the first: status 503\)$/,
    ],
    [
      'another body',
      'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World?',
      /^\d+ wrong answers? \(the first: status 200, but another body\)$/,
    ],
    ['no HTTP', 'Hello, World!\r\n', /^\d+ answers? that (is|are) not HTTP$/],
  ])('%s', async (_, answer, seen) => {
    const answers = counter();
    const { url } = await serveRaw((socket) => {
      answers.next();
      socket.write(answer);
    });
    const end = await load(url, answers.reaches(20));
    expect(end.errors).toBeGreaterThan(0);
    expect(end.seen.join()).toMatch(seen);
  });

  test.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'a connection that ends without an answer',
      (socket) => socket.end(),
      /^\d+ connections? closed before the answer was complete$/,
    ],
    ['one that is broken', (socket) => socket.resetAndDestroy(), /connections? broken \(E\w+\)/],
  ])('%s', async (_, answer, seen) => {
    const requests = counter();
    const right = 'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World!';
    const { url } = await serveRaw((socket) => {
      if (requests.next() === 10) answer(socket);
      else socket.write(right);
    });
    const end = await load(url, requests.reaches(50));
    expect(end.errors).toBe(1);
    expect(end.seen.join()).toMatch(seen);
  });

  test('what is never answered', { timeout: 30_000 }, async () => {
    const requests = counter();
    const { url } = await serve((_request, response) => {
      if (requests.next() !== 10) response.end('Hello, World!');
    });
    const end = await load(url, requests.reaches(50));
    expect(end.seen).toEqual(['1 request without an answer for 10 s']);
  });
});

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Answers each request as it is told. */
async function serveRaw(answer: (socket: Socket) => void): Promise<{ url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('it does not listen');
  return { url: `http://127.0.0.1:${address.port}` };
}
