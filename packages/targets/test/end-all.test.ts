import { rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { endAll } from '../src/index.js';

test('what cannot be ended is told in a line, and the rest is ended all the same', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const server = createServer().listen(0, '127.0.0.1');
  await endAll(
    () => rmdir('/nowhere/folder'),
    () => process.kill(2 ** 30, 'SIGTERM'),
    () => new Promise((resolve) => server.close(resolve)),
  );
  expect(server.listening).toBe(false);
  expect(said.mock.calls.flat()).toEqual([
    expect.stringMatching(
      /^Not everything could be ended in order: ENOENT: .*'\/nowhere\/folder'$/,
    ),
    'Not everything could be ended in order: kill ESRCH',
  ]);
  said.mockRestore();
});
