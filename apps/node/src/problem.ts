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
  const problem = problemFor(statusOf(error));
  if (problem.status >= 500) log.error(error);
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    ...(problem.status === 503 && { 'Retry-After': 1 }),
  });
  response.end(body);
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (error instanceof DatabaseUnavailable) return 503;
  // decodeURIComponent: a malformed escape, or invalid UTF-8.
  return error instanceof URIError ? 400 : 500;
}
