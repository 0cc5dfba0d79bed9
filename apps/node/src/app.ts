import type { RequestListener } from 'node:http';
import { clampCount, PROBLEM_TYPE, problemFor, problems, schemas } from '@heptathlon/contract';
import { type Database, DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { renderWorlds } from '@heptathlon/templates';
import { HttpError } from './http-error.js';
import { readJson } from './read-json.js';

export function buildApp(database: Database, log: Logger): RequestListener {
  return async (request, response) => {
    function send(type: string, body: string): void {
      // Given by hand, the length stands in the answer to a HEAD too.
      const length = Buffer.byteLength(body);
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': length }).end(body);
    }
    const sendJson = (value: unknown) => send('application/json', JSON.stringify(value));

    try {
      const { path, query } = parseTarget(request.url ?? '');
      // Split before decoding: an escaped slash separates nothing.
      const [before, route, id, ...rest] = path.split('/').map(decodeURIComponent);
      if (before !== '') throw new HttpError(404);
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      const isUser = route === 'users' && id && rest.length === 0;

      switch (isUser ? `${method} /users/{id}` : `${method} /${id === undefined ? route : ''}`) {
        case 'GET /plaintext': {
          return send('text/plain; charset=utf-8', 'Hello, World!');
        }
        case 'GET /json': {
          return sendJson({ message: 'Hello, World!' });
        }
        case 'POST /json': {
          return sendJson(await readJson(request));
        }
        case 'GET /users/{id}': {
          if (isUser && [...id].length > schemas.UserId.maxLength) throw new HttpError(400);
          return sendJson({ id });
        }
        case 'GET /db': {
          const world = await database.randomWorld();
          return sendJson(world);
        }
        case 'GET /queries': {
          const count = clampCount(new URLSearchParams(query).get('count'));
          const worlds = await database.randomWorlds(count);
          return sendJson(worlds);
        }
        case 'GET /template': {
          const worlds = await database.randomWorlds(10);
          return send('text/html; charset=utf-8', renderWorlds(worlds));
        }
      }
      throw new HttpError(404);
    } catch (error) {
      const problem = describe(error);
      if (problem.status >= 500) log.error(error);
      const body = JSON.stringify(problem);
      response.writeHead(problem.status, {
        'Content-Type': PROBLEM_TYPE,
        'Content-Length': Buffer.byteLength(body),
        ...(problem.status === 503 && { 'Retry-After': 1 }),
      });
      response.end(body);
    }
  };
}

/**
 * Path and query of a target, the query with its `?`, less what may stand around them: scheme and host (RFC 9112, section
 * 3.2.2), and a fragment.
 */
function parseTarget(target: string): { path: string; query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const [whole = ''] = local.split('#', 1);
  const mark = whole.indexOf('?');
  return mark === -1
    ? { path: whole, query: '' }
    : { path: whole.slice(0, mark), query: whole.slice(mark) };
}

function describe(error: unknown) {
  if (error instanceof HttpError) return problemFor(error.status);
  if (error instanceof DatabaseUnavailable) return problems[503];
  // decodeURIComponent: a malformed escape, or invalid UTF-8.
  if (error instanceof URIError) return problems[400];
  return problems[500];
}
