import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../src/embedded/free-port.js';

test('no port is given twice, and none on which somebody listens', async () => {
  const first = await freePort();
  const server = createServer().listen(first + 1, '127.0.0.1');
  await once(server, 'listening');
  const next = [await freePort(), await freePort()];
  server.close();
  expect(next).not.toContain(first);
  expect(next).not.toContain(first + 1);
  expect(new Set(next).size).toBe(2);
});
