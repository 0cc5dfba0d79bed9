import { cases } from './cases/index.js';
import { get, type Request, request } from './http/request.js';
import { normalise } from './normalise.js';
import { Server } from './server.js';

/** Something in which servers differ. */
export interface Difference {
  request: string;
  /** The rule whose request it is, unless it reads rows. */
  rule?: string;
  /** Each answer, and the servers that gave it. */
  answers: { urls: string[]; answer: string }[];
}

const rowsVary = ['/db', '/queries', '/queries?count=7', '/template'].flatMap((path) => [
  get(path),
  request('HEAD', path),
]);

/** What is sent to all: every request of the suite whose answer is known, and those whose rows vary. */
export const crossCheckRequests: [request: Request, rule?: string][] = [
  ...cases.flatMap(({ database, rule, requests = [] }) =>
    database === 'up' ? requests.map((request): [Request, string] => [request, rule]) : [],
  ),
  ...rowsVary.map((request): [Request] => [request]),
];

/**
 * Sends the same requests to several servers, and compares what they answer, byte for byte: status,
 * headers and body. Rows and their digits are masked, `Date` and connection management left out.
 *
 * @param urls the servers' base URLs
 * @returns each request whose answers differ
 */
export async function crossCheck(urls: string[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [request, rule] of crossCheckRequests) {
    const answers = new Map<string, string[]>();
    for (const url of urls) {
      const answer = await new Server(url).send(request).then(
        (response) => normalise(response, request.method, rowsVary.includes(request)),
        (error: Error) => error.message,
      );
      answers.set(answer, [...(answers.get(answer) ?? []), url]);
    }
    if (answers.size > 1) {
      differences.push({
        request: request.label,
        ...(rule && { rule }),
        answers: [...answers].map(([answer, urls]) => ({ answer, urls })),
      });
    }
  }
  return differences;
}
