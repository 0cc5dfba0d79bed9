import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@heptathlon/contract';
import { afterAll } from 'vitest';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server of our own. */
export async function serve(answer: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** As the rule book says, without a database. */
export async function rightAnswer(request: IncomingMessage): Promise<string> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
  if (request.method === 'POST') return text(request);
  if (pathname.startsWith('/users/')) {
    return JSON.stringify({ id: pathname.slice('/users/'.length) });
  }
  const row = { id: 1, randomNumber: 10_000 };
  if (pathname === '/db') return JSON.stringify(row);
  if (pathname === '/queries') {
    return JSON.stringify(Array(Number(searchParams.get('count'))).fill(row));
  }
  const operation = operations.find(({ operationId }) => `/${operationId}` === pathname);
  const example = operation && 'example' in operation ? operation.example : undefined;
  return typeof example === 'string' ? example : JSON.stringify(example);
}

/** Answers as the rule book says. */
export const answerRight: RequestListener = async (request, response) => {
  response.end(await rightAnswer(request));
};

/** Answers as the rule book says, but for one byte of one answer. */
export function answerWrongOnce(): RequestListener {
  let answered = 0;
  return async (request, response) => {
    const right = await rightAnswer(request);
    const middle = Math.floor(right.length / 2);
    const wrong = `${right.slice(0, middle)}\x7f${right.slice(middle + 1)}`;
    response.end(answered++ === 1 ? wrong : right);
  };
}

/** Answers as the rule book says, so many requests a second: what comes beyond that waits for its turn. */
export function answerAtMost(capacity: number): RequestListener {
  let free = 0;
  return async (request, response) => {
    const right = await rightAnswer(request);
    const now = performance.now();
    free = Math.max(now, free) + 1000 / capacity;
    await sleep(free - now);
    response.end(right);
  };
}
