import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';

/** An error that is the client's. */
export class HttpError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export function sendProblem(response: ServerResponse, error: unknown, log: Logger): void {
  const status = error instanceof HttpError && error.status;
  const problem = problemFor(error instanceof DatabaseUnavailable ? 503 : status);
  if (problem.status >= 500) log.error(error);
  // Half an answer cannot become another one.
  if (response.headersSent) return void response.destroy();
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    ...(problem.status === 503 && { 'Retry-After': 1 }),
  });
  response.end(body);
}
