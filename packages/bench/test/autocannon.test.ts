import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { autocannonGenerator } from '../dist/autocannon/run.js';

async function load(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const plan = { event: 'plaintext', url, duration: 1, connections: 4, cores: undefined };
  const report = await autocannonGenerator().run({ ...plan, signal: new AbortController().signal });
  server.closeAllConnections();
  server.close();
  return report.load;
}

test('right answers are no errors', async () => {
  const { requests, errors } = await load((_request, response) => response.end('Hello, World!'));
  expect(requests).toBeGreaterThan(0);
  expect(errors).toBe(0);
});

test('requests that are never answered are errors', async () => {
  let received = 0;
  const { errors } = await load((_request, response) => {
    if (received++ < 100) response.end('Hello, World!');
  });
  expect(errors).toBe(4);
});

test('requests whose connection the server ends are errors', async () => {
  const { requests, errors } = await load((request) => request.socket.end());
  expect(requests).toBe(0);
  expect(errors).toBeGreaterThan(0);
});
