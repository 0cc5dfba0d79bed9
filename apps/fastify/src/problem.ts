import { PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
export const problemSender =
  (log: Logger) =>
  (error: { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem =
      error instanceof DatabaseUnavailable ? problems[503] : problemFor(error.statusCode);
    if (problem.status >= 500) log.error(error);
    if (problem.status === 503) reply.header('Retry-After', 1);
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
  };
