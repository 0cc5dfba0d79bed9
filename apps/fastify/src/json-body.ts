import { isUtf8 } from 'node:buffer';
import { JSON_TYPE } from '@heptathlon/contract';
import { errorCodes, type FastifyInstance } from 'fastify';

/** The route that takes a body. A plugin of its own, so that its parser is there for no other route. */
export async function jsonBody(app: FastifyInstance): Promise<void> {
  // `ignore`: `__proto__` in a body is data. JSON.parse makes it a property of its own.
  const parseJson = app.getDefaultJsonParser('ignore', 'ignore');
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (!isUtf8(body)) return done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY());
    parseJson(request, body.toString(), done);
  });

  app.post(
    '/json',
    {
      // Fastify looks at neither the encoding, nor at the type of a body that is empty.
      onRequest: async ({ headers }) => {
        const encoding = headers['content-encoding'] || 'identity';
        if (
          encoding.toLowerCase() !== 'identity' ||
          !JSON_TYPE.test(headers['content-type'] ?? '')
        ) {
          throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
        }
      },
    },
    async (request, reply) => {
      // Sent as text: Fastify would take a string for text/plain, and null for no body at all.
      reply.type('application/json').send(JSON.stringify(request.body));
      return reply;
    },
  );
}
