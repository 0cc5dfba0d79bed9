import express from 'express';

const app = express();
app.use(express.json());
app.get('/plaintext', (_request, response) => {
  response.send('Hello, World!');
});
app.get('/json', (_request, response) => {
  response.json({ message: 'Hello, World!' });
});
app.post('/json', (request, response) => {
  response.json(request.body);
});
app.get('/users/:id', (request, response) => {
  response.json({ id: request.params.id });
});
app.get('/fails', () => {
  throw new Error('secret');
});
app.listen(Number(process.env.PORT), '127.0.0.1');
