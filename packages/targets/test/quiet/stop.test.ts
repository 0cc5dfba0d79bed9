import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTarget, targetsUnderTest } from '../../src/index.js';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

const paths = ['/plaintext', '/json', '/users/1', '/db', '/queries?count=50', '/template'];

/**
 * Sends requests over one kept-alive connection, the next when the last is answered, until the server
 * ends the connection.
 *
 * @param answered how many were answered, by the number of the client
 * @returns how many were sent but never were answered
 */
async function client(url: string, number: number, answered: number[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (;;) {
    const sent = answered[number] ?? 0;
    const path = paths[(sent + number) % paths.length];
    const outcome = await new Promise<'kept' | 'closed' | Error>((resolve) => {
      get(`${url}${path}`, { agent }, (response) => {
        response.resume().on('error', resolve);
        response.on('end', () =>
          resolve(response.headers.connection === 'close' ? 'closed' : 'kept'),
        );
      }).on('error', resolve);
    });
    if (outcome instanceof Error) return 1;
    answered[number] = sent + 1;
    if (outcome === 'closed') return 0;
  }
}

describe.each(targetsUnderTest())('$name', (target) => {
  test.each(['1', '2'])('SIGTERM under load loses no request (WORKERS=%s)', async (workers) => {
    const running = await startTarget(target, {
      databaseUrl: postgres.url,
      env: { WORKERS: workers },
    });
    const answered = new Array<number>(64).fill(0);
    const clients = answered.map((_, number) => client(running.url, number, answered));
    // All of them are in the middle of it, however busy the machine is.
    while (answered.some((count) => count < 3)) await sleep(20);
    const exit = await running.stop();
    const lost = await Promise.all(clients);
    expect(lost.filter((count) => count > 0)).toEqual([]);
    expect(exit).toEqual({ code: 0, signal: null });
  });
});
