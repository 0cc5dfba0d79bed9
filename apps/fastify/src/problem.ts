import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const sendProblem =
  (log: Logger) =>
  (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemFor(error instanceof DatabaseUnavailable ? 503 : error.statusCode);
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) reply.header('Retry-After', 1);
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  };
