import { PROBLEM_TYPE, problemFor } from '@heptathlon/contract';
import { DatabaseUnavailable } from '@heptathlon/db';
import type { Logger } from '@heptathlon/server';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LOGGER } from './tokens.js';

/** Answers with the problem details of an error; its text goes to the log, if it is the server's. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse();
    const problem = problemFor(statusOf(error));
    if (problem.status >= 500) this.log.error(error);
    // Half an answer cannot become another one.
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    if (problem.status === 503) httpAdapter.setHeader(response, 'Retry-After', '1');
    httpAdapter.setHeader(response, 'Content-Type', PROBLEM_TYPE);
    httpAdapter.reply(response, problem, problem.status);
  }
}

function statusOf(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return 503;
  if (error instanceof HttpException) return error.getStatus();
  // As Nest's own filter: a client that has gone is Fastify's 400.
  return error instanceof Error && 'statusCode' in error && error.statusCode;
}
