import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { drain } from '../src/index.js';

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const request = async () => {
    const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [
      IncomingMessage,
    ];
    return { connection: response.headers.connection, body: await text(response) };
  };
  return { server, request };
}

test('a request in flight is answered, and then nobody listens', async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { server, request } = await listen(async (_request, response) => {
    started.resolve();
    await release.promise;
    response.end('done');
  });
  const inFlight = request();
  await started.promise;
  const drained = drain(server);
  release.resolve();
  expect((await inFlight).body).toBe('done');
  await drained;
  expect(server.listening).toBe(false);
});

test('a request on a kept-alive connection is answered too, and ends the connection', async () => {
  const { server, request } = await listen((_request, response) => response.end('done'));
  expect(await request()).toEqual({ connection: 'keep-alive', body: 'done' });
  const drained = drain(server);
  await sleep(100);
  expect(await request()).toEqual({ connection: 'close', body: 'done' });
  await drained;
});

test('one that takes longer than the second of grace is answered, and its connection holds nothing up', async () => {
  const { server, request } = await listen(async (_request, response) => {
    await sleep(1500);
    response.end('done');
  });
  const inFlight = request();
  await once(server, 'request');
  const drained = drain(server);
  expect((await inFlight).body).toBe('done');
  // The limit is 8 s.
  expect(await Promise.race([drained, sleep(4000, 'not drained')])).toBeUndefined();
});

test('idle connections do not hold it up', async () => {
  const { server, request } = await listen((_request, response) => response.end('done'));
  await request();
  await drain(server);
});
