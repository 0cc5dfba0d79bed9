import { PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/** An error with a status code, as Express's own middleware throws them. */
export class HttpError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** What no route has answered. */
export const notFound: RequestHandler = () => {
  throw new HttpError(404);
};

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem =
  (log: Logger): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    const problem = describe(error);
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) response.set('Retry-After', '1');
    response.status(problem.status).type(PROBLEM_TYPE).json(problem);
  };

function describe(error: unknown) {
  if (error instanceof DatabaseUnavailable) return problems[503];
  if (error instanceof URIError) return problems[400];
  return problemFor(error instanceof Error && 'status' in error && error.status);
}
