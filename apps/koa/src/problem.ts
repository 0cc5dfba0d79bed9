import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { Middleware } from 'koa';

/** What no route has answered. */
export const notFound: Middleware = (ctx) => ctx.throw(404);

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem =
  (log: Logger): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const problem = problemFor(statusOf(error));
      if (problem.status >= 500) log.error(error);
      if (problem.status === 503) ctx.set('Retry-After', '1');
      ctx.status = problem.status;
      ctx.type = PROBLEM_TYPE;
      ctx.body = problem;
    }
  };

function statusOf(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return 503;
  // decodeURIComponent: a malformed escape, or invalid UTF-8.
  if (error instanceof URIError) return 400;
  return error instanceof Error && 'status' in error && error.status;
}
