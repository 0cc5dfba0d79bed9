import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listTargets, startTarget } from '../src/index.js';

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
 * @returns how many were answered, and how many were sent but never were
 */
async function client(url: string, number: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let answered = 0;
  for (;;) {
    const path = paths[(answered + number) % paths.length];
    const outcome = await new Promise<'kept' | 'closed' | Error>((resolve) => {
      get(`${url}${path}`, { agent }, (response) => {
        response.resume().on('error', resolve);
        response.on('end', () =>
          resolve(response.headers.connection === 'close' ? 'closed' : 'kept'),
        );
      }).on('error', resolve);
    });
    if (outcome instanceof Error) return { answered, lost: 1 };
    answered++;
    if (outcome === 'closed') return { answered, lost: 0 };
  }
}

describe.each(listTargets())('$name', (target) => {
  test.each(['1', '2'])('SIGTERM under load loses no request (WORKERS=%s)', async (workers) => {
    const running = await startTarget(target, {
      databaseUrl: postgres.url,
      env: { WORKERS: workers },
    });
    const clients = Array.from({ length: 64 }, (_, number) => client(running.url, number));
    await sleep(700);
    const exit = await running.stop();
    const outcomes = await Promise.all(clients);
    expect(outcomes.filter(({ lost }) => lost > 0)).toEqual([]);
    expect(outcomes.every(({ answered }) => answered > 1)).toBe(true);
    expect(exit).toEqual({ code: 0, signal: null });
  });
});
