import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import createError from 'http-errors';

/** What no route has answered. */
export const notFound: RequestHandler = () => {
  throw createError(404);
};

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem =
  (log: Logger): ErrorRequestHandler =>
  (error, _request, response, next) => {
    // Half an answer cannot become another one: Express closes the connection.
    if (response.headersSent) return next(error);
    const problem = problemFor(error instanceof DatabaseUnavailable ? 503 : error?.status);
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) response.set('Retry-After', '1');
    response.status(problem.status).type(PROBLEM_TYPE).json(problem);
  };
