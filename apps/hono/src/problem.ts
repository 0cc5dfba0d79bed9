import { type KnownProblem, PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const handleError =
  (log: Logger): ErrorHandler =>
  (error, c) => {
    const problem = problemFor(statusOf(error));
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) c.header('Retry-After', '1');
    return sendProblem(c, problem);
  };

/** Answers with problem details. */
export function sendProblem(c: Context, problem: KnownProblem): Response {
  return c.json(problem, problem.status, { 'Content-Type': PROBLEM_TYPE });
}

function statusOf(error: Error): number {
  if (error instanceof HTTPException) return error.status;
  if (error instanceof DatabaseUnavailable) return 503;
  // decodeURI: a malformed escape, or invalid UTF-8.
  return error instanceof URIError ? 400 : 500;
}
