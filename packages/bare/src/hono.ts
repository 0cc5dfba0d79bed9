import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.get('/plaintext', (c) => c.text('Hello, World!'));
app.get('/json', (c) => c.json({ message: 'Hello, World!' }));
app.post('/json', async (c) => c.json(await c.req.json()));
app.get('/users/:id', (c) => c.json({ id: c.req.param('id') }));
app.get('/fails', () => {
  throw new Error('secret');
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
