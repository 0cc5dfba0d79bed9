import { type KnownProblem, PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const handleError =
  (log: Logger): ErrorHandler =>
  (error, c) => {
    const problem = describe(error);
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) c.header('Retry-After', '1');
    return sendProblem(c, problem);
  };

/** Answers with problem details. */
export function sendProblem(c: Context, problem: KnownProblem): Response {
  return c.json(problem, problem.status, { 'Content-Type': PROBLEM_TYPE });
}

function describe(error: Error) {
  if (error instanceof DatabaseUnavailable) return problems[503];
  return problemFor(error instanceof HTTPException && error.status);
}
