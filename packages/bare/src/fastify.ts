import Fastify from 'fastify';

const app = Fastify();
app.get('/plaintext', async () => 'Hello, World!');
app.get('/json', async () => ({ message: 'Hello, World!' }));
app.post('/json', async (request) => request.body);
app.get<{ Params: { id: string } }>('/users/:id', async (request) => ({ id: request.params.id }));
app.get('/fails', async () => {
  throw new Error('secret');
});
await app.listen({ port: Number(process.env.PORT) });
