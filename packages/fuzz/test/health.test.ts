import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { findLogged, findSick } from '../src/health.js';
import type { Server } from '../src/servers.js';

const stops: (() => void)[] = [];
afterAll(() => {
  for (const stop of stops) stop();
});

async function start(answer: RequestListener, more: Partial<Server> = {}): Promise<Server> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  stops.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  return { name: 'it', url, breaks: [], output: () => '', ...more };
}

test('a server that answers is well', async () => {
  const server = await start((_request, response) => response.end('Hello, World!'));
  expect(await findSick([server])).toEqual([]);
  expect(findLogged([server])).toEqual([]);
});

test('one that answers something else is not', async () => {
  const server = await start((_request, response) => response.writeHead(503).end());
  expect(await findSick([server])).toEqual([
    expect.stringContaining('it does not answer GET /plaintext as it should: status 503'),
  ]);
});

test('one that is late each time is not; one that was held up now and then is', async () => {
  let looks = 0;
  const late = await start((_request, response) => {
    setTimeout(() => response.end('Hello, World!'), 1100);
  });
  const heldUp = await start((_request, response) => {
    setTimeout(() => response.end('Hello, World!'), looks++ < 2 ? 1100 : 0);
  });
  expect(await findSick([late, heldUp])).toEqual([
    expect.stringMatching(/as it should: status 200, \d{4} ms$/),
  ]);
});

test('one that has ended is not, and what it said last is told', async () => {
  const server = await start(() => {}, {
    exit: { code: 3, signal: null },
    output: () => 'out of patience\n',
  });
  stops.pop()?.();
  expect(await findSick([server])).toEqual([
    'it cannot be reached: it has ended (exit code 3): out of patience',
  ]);
});

test('errors that a server has logged are found', async () => {
  const lines = [30, 50, 60].map((level) => JSON.stringify({ level, time: 1 })).join('\n');
  const server = await start(() => {}, { output: () => lines });
  expect(findLogged([server])).toEqual(['it has logged 2 errors: {"level":50,"time":1}']);
});
