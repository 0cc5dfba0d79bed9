import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from '@heptathlon/targets';
import { onCores } from './pinning.js';

/** A server that does next to nothing, and prints its port. */
const PROGRAM = `
  const server = require('node:http').createServer((_, response) => response.end('Hello, World!'));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** A server that is no contender: generators show what they can do. */
export interface TrivialServer {
  url: string;
  pid: number | undefined;
}

/**
 * Does something with a server that answers `plaintext` and does next to nothing for it.
 *
 * @param cores as `taskset` takes them; undefined: any
 */
export async function withTrivialServer<T>(
  { cores, signal }: { cores: string | undefined; signal: AbortSignal },
  work: (server: TrivialServer) => Promise<T>,
): Promise<T> {
  const [program = '', ...args] = onCores(cores, [process.execPath, '-e', PROGRAM]);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  endWithUs(child);
  try {
    const [port] = await once(child.stdout, 'data', { signal });
    return await work({ url: `http://127.0.0.1:${String(port).trim()}`, pid: child.pid });
  } finally {
    child.kill('SIGKILL');
  }
}
