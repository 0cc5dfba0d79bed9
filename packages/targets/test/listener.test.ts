import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { findListener } from '../src/listener.js';
import { askListeners, readListeners } from '../src/listeners.js';

let server: Server;
afterEach(() => server.close());

async function listen(host: string): Promise<number> {
  server = createServer().listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('the process that listens at a URL is found by it', async () => {
  const port = await listen('127.0.0.1');
  expect(await findListener(`http://127.0.0.1:${port}`)).toBe(process.pid);
  expect(await findListener(`http://localhost:${port}`)).toBe(process.pid);
});

test.each(['0.0.0.0', '::', '::ffff:127.0.0.1'])(
  'so it is where it listens at %s',
  async (host) => {
    const port = await listen(host);
    expect(await findListener(`http://127.0.0.1:${port}`)).toBe(process.pid);
  },
);

test('none is found for another address, another machine, or a port that nobody listens on', async () => {
  const port = await listen('127.0.0.1');
  expect(await findListener(`http://[::1]:${port}`)).toBeUndefined();
  expect(await findListener(`http://127.0.0.2:${port}`)).toBeUndefined();
  expect(await findListener(`http://192.0.2.1:${port}`)).toBeUndefined();
  server.close();
  await once(server, 'close');
  expect(await findListener(`http://127.0.0.1:${port}`)).toBeUndefined();
});

/** Not every system has it. */
const hasLsof = (() => {
  try {
    return execFileSync('lsof', ['-v'], { stdio: 'ignore' }) === null;
  } catch {
    return false;
  }
})();

describe.each(['127.0.0.1', '::1', '0.0.0.0', '::'])('a listener at %s', (host) => {
  const expected = { pid: process.pid, parent: process.ppid, address: host };

  test.runIf(process.platform === 'linux')('is in /proc', async () => {
    expect(readListeners(await listen(host))).toMatchObject([expected]);
  });

  test.runIf(hasLsof)('is told by lsof', async () => {
    const [found, ...others] = await askListeners(await listen(host));
    expect(others).toEqual([]);
    // `*` stands for all addresses of either kind.
    const address = host === '0.0.0.0' ? '::' : host;
    expect(found).toMatchObject({ ...expected, address });
  });
});
