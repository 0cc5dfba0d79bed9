import { PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
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
      const problem = describe(error);
      if (problem.status >= 500) log.error(error);
      if (problem.status === 503) ctx.set('Retry-After', '1');
      ctx.status = problem.status;
      ctx.type = PROBLEM_TYPE;
      ctx.body = problem;
    }
  };

function describe(error: unknown) {
  if (error instanceof DatabaseUnavailable) return problems[503];
  if (error instanceof URIError) return problems[400];
  return problemFor(error instanceof Error && 'status' in error && error.status);
}
