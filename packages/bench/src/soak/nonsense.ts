import type { Behaviour } from '@heptathlon/faults';

const HOST = 'Host: localhost\r\n';
const post = (headers: string, body: string) =>
  `POST /json HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}\r\n${body}`;

/** Requests that are none, or that no server can do what they ask for. */
const requests = [
  'this is not HTTP\r\n\r\n',
  'GET /plaintext HTTP/9.9\r\n\r\n',
  `GET /users/%zz HTTP/1.1\r\n${HOST}\r\n`,
  `GET /plaintext HTTP/1.1\r\n${HOST}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  post('Content-Length: 5\r\n', '{"a":'),
  post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  post('Transfer-Encoding: chunked\r\n', 'not a size\r\n'),
  post('Content-Length: 100000\r\n', 'x'.repeat(100_000)),
];

/** Clients that send one of these each. */
export const nonsense: Behaviour[] = requests.map(
  (request) => (socket) => void socket.write(request),
);
