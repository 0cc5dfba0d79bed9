import { PROBLEM_TYPE, problems } from '@heptathlon/contract';
import type { Hono } from 'hono';

type Fetch = Hono['fetch'];

/**
 * Keeps two rules that Hono has no setting for: an escape in the path that cannot be decoded is refused, and the answer
 * to HEAD has the length of the one to GET. Around the app, as a middleware in it is run for every request.
 */
export function strict(fetch: Fetch): Fetch {
  const answer: Fetch = (request, ...more) =>
    isMalformed(request.url) ? refuse() : fetch(request, ...more);
  return (request, ...more) =>
    request.method === 'HEAD'
      ? withoutBody(answer(new Request(request.url, { headers: request.headers }), ...more))
      : answer(request, ...more);
}

function isMalformed(url: string): boolean {
  if (!url.includes('%')) return false;
  try {
    // As it was sent: in a URL that is parsed, `..` has taken the segment before it away.
    decodeURI(url.slice(url.indexOf('/', 'https://'.length)).split(/[?#]/, 1)[0] ?? '');
    return false;
  } catch {
    return true;
  }
}

/** Answers with 400. */
export const refuse = () =>
  Response.json(problems[400], { status: 400, headers: { 'Content-Type': PROBLEM_TYPE } });

async function withoutBody(answer: Response | Promise<Response>): Promise<Response> {
  const response = await answer;
  const { size, type } = await response.blob();
  response.headers.set('Content-Length', String(size));
  // Bun adds the type of a text as it sends it, and to the answer to GET only.
  if (!response.headers.has('Content-Type')) response.headers.set('Content-Type', type);
  return new Response(null, response);
}
