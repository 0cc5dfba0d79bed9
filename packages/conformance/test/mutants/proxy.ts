import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http';
import { connect, createServer as createRawServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request on its way to the right server. */
export interface Ask {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An answer on its way back. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** How a right server is made wrong. */
export interface Mutation {
  /** Answers in place of the server. */
  answer?(ask: Ask): Reply | undefined;
  ask?(ask: Ask): Ask | Promise<Ask>;
  reply?(reply: Reply, ask: Ask): Reply;
}

/** A server that runs. */
export interface Running {
  url: string;
  close(): void;
}

/** A server in front of another that breaks what it is told to, and nothing else. */
export async function startProxy(upstream: string, mutation: Mutation = {}): Promise<Running> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    try {
      const received: Ask = { method, url, headers, body: await buffer(incoming) };
      const own = mutation.answer?.(received);
      const ask = (await mutation.ask?.(received)) ?? received;
      const right = own ?? (await forward(upstream, agent, ask));
      const reply = mutation.reply?.(right, received) ?? right;
      outgoing.writeHead(reply.status, reply.headers).end(reply.body);
    } catch {
      // The client has gone, or the test is over, and the agent with it.
      outgoing.destroy();
    }
  });
  const running = await listen(server);
  return {
    ...running,
    close() {
      running.close();
      agent.destroy();
      server.closeAllConnections();
    },
  };
}

/** Sends what it is told to; the path goes out as it is. */
export async function forward(upstream: string, agent: Agent, ask: Ask): Promise<Reply> {
  const { 'transfer-encoding': _, connection: __, ...headers } = ask.headers;
  const { hostname, port } = new URL(upstream);
  const hasBody = ask.body.length > 0 || headers['content-length'] !== undefined;
  const outgoing = request({
    agent,
    hostname,
    port,
    method: ask.method,
    path: ask.url,
    headers: { ...headers, ...(hasBody && { 'content-length': ask.body.length }) },
  });
  outgoing.end(ask.body);
  const [response] = await once(outgoing, 'response');
  const kept = Object.entries(response.headers).filter(
    ([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name),
  );
  return {
    status: response.statusCode,
    headers: Object.fromEntries(kept) as Record<string, string>,
    body: await buffer(response),
  };
}

/**
 * A server in front of another that passes on bytes, as it is told to.
 *
 * @param change what is sent on in place of what was received; undefined ends the connection
 */
export async function startRawProxy(
  upstream: string,
  change: (data: Buffer) => Buffer | undefined = (data) => data,
): Promise<Running> {
  const { hostname, port } = new URL(upstream);
  const server = createRawServer((socket) => {
    const right = connect(Number(port), hostname);
    for (const end of [socket, right]) end.on('error', () => {});
    socket.on('close', () => right.destroy());
    // Not only at its end: it may be cut off.
    right.on('close', () => socket.destroySoon());
    right.pipe(socket);
    socket.on('data', (data: Buffer) => {
      const changed = change(data);
      if (changed) right.write(changed);
      else socket.destroy();
    });
  });
  return listen(server);
}

async function listen(server: Server): Promise<Running> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
