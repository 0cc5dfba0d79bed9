import type { Sql } from 'postgres';
import { Connection } from './http/connection.js';
import type { Request } from './http/request.js';
import type { Response } from './http/response.js';

/** The server under test. */
export class Server {
  readonly url: URL;

  /**
   * @param url its base URL
   * @param sql its database, where that is known
   * @param patience how long an answer may take, in ms; 10 s by default
   */
  constructor(
    url: string,
    private readonly database?: Sql,
    private readonly patience?: number,
  ) {
    this.url = new URL(url);
  }

  /** Its database. Only cases that say that they need it may ask. */
  get sql(): Sql {
    if (!this.database) throw new Error('the database is not known');
    return this.database;
  }

  connect(): Promise<Connection> {
    return Connection.open(this.url, this.patience);
  }

  /** Sends a request on a connection of its own. */
  async send({ method, bytes }: Request): Promise<Response> {
    const connection = await this.connect();
    try {
      connection.write(bytes);
      return await connection.read(method);
    } finally {
      connection.close();
    }
  }

  /** Sends requests over so many kept-alive connections, each the next when the last is answered. */
  async sendAll(
    requests: Request[],
    concurrency: number,
    onAnswer: (request: Request, response: Response) => void,
  ): Promise<void> {
    const queue = requests.values();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        const connection = await this.connect();
        try {
          for (const request of queue) {
            connection.write(request.bytes);
            onAnswer(request, await connection.read(request.method));
          }
        } finally {
          connection.close();
        }
      }),
    );
  }
}
