import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Middleware } from 'koa';

/** What no route has answered. */
export const notFound: Middleware = (ctx) => ctx.throw(404);

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem: Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    const problem = problemFor(statusOf(error));
    if (problem.status >= 500) ctx.app.emit('error', error, ctx);
    if (problem.status === 503) ctx.set('Retry-After', '1');
    ctx.status = problem.status;
    ctx.type = PROBLEM_TYPE;
    ctx.body = problem;
    // The parser leaves the rest of a body that is too large, and the next request comes behind it.
    ctx.req.resume();
  }
};

function statusOf(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return 503;
  return error instanceof Error && 'status' in error && error.status;
}
