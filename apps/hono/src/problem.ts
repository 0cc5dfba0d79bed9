import { type KnownProblem, PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
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

/** Answers what does not get to the app, for the servers of Bun and Deno. */
export const handleOutside =
  (log: Logger) =>
  (error: unknown): Response => {
    // A Host or a target that makes no URL, for the runtime or for Hono's router.
    const isClients = error instanceof TypeError;
    if (!isClients) log.error(error);
    const problem = problems[isClients ? 400 : 500];
    const headers = { 'Content-Type': PROBLEM_TYPE };
    return Response.json(problem, { status: problem.status, headers });
  };

/** Answers with problem details. */
export function sendProblem(c: Context, problem: KnownProblem): Response {
  return c.json(problem, problem.status, { 'Content-Type': PROBLEM_TYPE });
}

function statusOf(error: Error): number {
  if (error instanceof HTTPException) return error.status;
  return error instanceof DatabaseUnavailable ? 503 : 500;
}
