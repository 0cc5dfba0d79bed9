import { PROBLEM_TYPE, problemFor, problems } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse();
    const problem = describe(error);
    if (problem.status >= 500) this.log.error(error);
    if (problem.status === 503) httpAdapter.setHeader(response, 'Retry-After', '1');
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_TYPE);
    httpAdapter.reply(response, problem, problem.status);
  }
}

function describe(error: unknown) {
  if (error instanceof DatabaseUnavailable) return problems[503];
  if (error instanceof URIError) return problems[400];
  if (error instanceof HttpException) return problemFor(error.getStatus());
  // The platform's own: those of Express's body parser, and of Fastify.
  return problemFor(error instanceof Error && 'statusCode' in error && error.statusCode);
}
