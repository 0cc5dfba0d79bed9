import Router from '@koa/router';
import parse from 'co-body';
import Koa from 'koa';

const app = new Koa();
const router = new Router();
router.get('/plaintext', (ctx) => {
  ctx.body = 'Hello, World!';
});
router.get('/json', (ctx) => {
  ctx.body = { message: 'Hello, World!' };
});
router.post('/json', async (ctx) => {
  ctx.body = await parse.json(ctx);
});
router.get('/users/:id', (ctx) => {
  ctx.body = { id: ctx.params.id };
});
router.get('/fails', () => {
  throw new Error('secret');
});
app.use(router.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
