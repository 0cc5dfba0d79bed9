import { maxBodyBytes, PROBLEM_TYPE, problemFor, schemas } from '@heptathlon/contract';
import { type Config, clientTimeouts } from '@heptathlon/server';
import { eta, viewsFolder } from '@heptathlon/templates';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** Fastify as Nest is to use it. */
export function createAdapter(config: Config): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    // `__proto__` in a body is data.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    // The pipe of `id` decides what is too long, in characters; the router counts in UTF-16.
    routerOptions: { maxParamLength: 2 * schemas.UserId.maxLength },
    // Errors before routing, which do not get to Nest: a malformed escape in the path.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemFor(error.statusCode);
      return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
    },
    // What was accepted is answered, while it closes too.
    return503OnClosing: false,
    keepAliveTimeout: config.keepAliveTimeout,
    requestTimeout: config.requestTimeout,
    connectionTimeout: config.requestTimeout,
    http: clientTimeouts(config),
  });
  // Of Fastify's own parsers only that of JSON is needed; Nest's would take forms, too.
  adapter.getInstance().removeContentTypeParser('text/plain');
  adapter.setViewEngine({ engine: { eta }, root: viewsFolder });
  return adapter;
}
