import { type Answer, expectAnswer } from './expect.js';
import type { Request } from './http/request.js';
import type { Server } from './server.js';

/** In which state the server's database has to be for a case. */
export type DatabaseState = 'up' | 'down' | 'empty';

/** A rule of the rule book, and how it is checked. */
export interface Case {
  /** A name that stays. */
  rule: string;
  /** What the rule says. */
  title: string;
  database: DatabaseState;
  /** Whether the database itself has to be looked into. */
  needsSql?: boolean;
  /** Whether it mostly waits: then it is checked beside the others. */
  waits?: boolean;
  /** Requests whose answers are the same each time; the cross-check sends them too. */
  requests?: Request[];
  /** @throws {Error} where the server breaks the rule */
  run(server: Server): Promise<void>;
}

/** A case that looks at more than one answer at a time. */
export function check(
  rule: string,
  title: string,
  run: Case['run'],
  options: { database?: DatabaseState; needsSql?: boolean; waits?: boolean } = {},
): Case {
  return { rule, title, database: 'up', ...options, run };
}

/** A case that is requests and the exact answers to them. */
export function exchanges(
  rule: string,
  title: string,
  pairs: [request: Request, answer: Answer][],
  database: DatabaseState = 'up',
): Case {
  return {
    rule,
    title,
    database,
    requests: pairs.map(([request]) => request),
    async run(server) {
      for (const [request, answer] of pairs) {
        expectAnswer(request.label, await server.send(request), answer, request.method === 'HEAD');
      }
    },
  };
}
