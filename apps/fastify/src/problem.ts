import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem =
  (log: Logger) =>
  (error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemFor(statusOf(error));
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) reply.header('Retry-After', 1);
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  };

function statusOf(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return 503;
  return error instanceof Error && 'statusCode' in error && error.statusCode;
}
