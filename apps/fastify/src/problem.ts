import { PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export function sendProblem(
  error: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem =
    error instanceof DatabaseUnavailable ? problems[503] : problemFor(error.statusCode);
  if (problem.status >= 500) request.log.error(error);
  if (problem.status === 503) reply.header('Retry-After', 1);
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
}
