import type { RequestListener } from 'node:http';
import { clampCount, schemas } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import { readJson } from './json-body.js';
import { HttpError, sendProblem } from './problem.js';

export function buildApp(database: Database, log: Logger): RequestListener {
  return async (request, response) => {
    function send(type: string, body: string): void {
      // Given by hand, the length stands in the answer to a HEAD too.
      const length = Buffer.byteLength(body);
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': length }).end(body);
    }
    const sendJson = (value: unknown) => send('application/json', JSON.stringify(value));

    try {
      const target = request.url ?? '';
      // Put together, not resolved: `//x/db` is a path.
      const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target);
      if (!url) throw new HttpError(400);
      const [, user] = /^\/users\/([^/]+)$/.exec(url.pathname) ?? [];
      const method = request.method === 'HEAD' ? 'GET' : request.method;

      switch (`${method} ${user ? '/users/{id}' : url.pathname}`) {
        case 'GET /plaintext': {
          return send('text/plain; charset=utf-8', 'Hello, World!');
        }
        case 'GET /json': {
          return sendJson({ message: 'Hello, World!' });
        }
        case 'POST /json': {
          const body = await readJson(request);
          return sendJson(body);
        }
        case 'GET /users/{id}': {
          const id = decode(user ?? '');
          if ([...id].length > schemas.UserId.maxLength) throw new HttpError(400);
          return sendJson({ id });
        }
        case 'GET /db': {
          const world = await database.randomWorld();
          return sendJson(world);
        }
        case 'GET /queries': {
          const count = clampCount(url.searchParams.get('count'));
          const worlds = await database.randomWorlds(count);
          return sendJson(worlds);
        }
        case 'GET /template': {
          const worlds = await database.randomWorlds(10);
          return send('text/html; charset=utf-8', renderWorlds(worlds));
        }
        default:
          throw new HttpError(404);
      }
    } catch (error) {
      sendProblem(response, error, log);
    }
  };
}

/** @throws {HttpError} 400 where an escape is malformed, or invalid UTF-8 */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400);
  }
}
