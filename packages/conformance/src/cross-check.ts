import { cases } from './cases/index.js';
import { get, type Request, request } from './http/request.js';
import type { Response } from './http/response.js';
import { Server } from './server.js';

/** Something in which servers differ. */
export interface Difference {
  request: string;
  /** Each answer, and the servers that gave it. */
  answers: { urls: string[]; answer: string }[];
}

const rowsVary = ['/db', '/queries', '/queries?count=7', '/template'].flatMap((path) => [
  get(path),
  request('HEAD', path),
]);

/** What is sent to all: every request of the suite whose answer is known, and those whose rows vary. */
export const crossCheckRequests: Request[] = [
  ...cases.flatMap(({ database, requests = [] }) => (database === 'up' ? requests : [])),
  ...rowsVary,
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
  for (const request of crossCheckRequests) {
    const answers = new Map<string, string[]>();
    for (const url of urls) {
      const answer = await new Server(url).send(request).then(
        (response) => normalise(response, rowsVary.includes(request)),
        (error: Error) => error.message,
      );
      answers.set(answer, [...(answers.get(answer) ?? []), url]);
    }
    if (answers.size > 1) {
      differences.push({
        request: request.label,
        answers: [...answers].map(([answer, urls]) => ({ answer, urls })),
      });
    }
  }
  return differences;
}

/** A response as text, less what may differ. */
function normalise({ status, headers, body }: Response, rows: boolean): string {
  const kept = headers
    .filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
    // Fewer digits in a row are fewer bytes.
    .map(([name, value]) =>
      rows && name === 'content-length' ? [name, 'N'] : [name, comparable(name, value)],
    )
    .map((pair) => pair.join(': '))
    .toSorted();
  const text = body.toString('latin1');
  return [status, ...kept, '', rows ? text.replace(/\d+(?=[,}<])/g, 'N') : text].join('\n');
}

/** A Content-Type as HTTP compares it; for JSON a charset says nothing (RFC 8259, section 11). */
function comparable(name: string, value: string): string {
  if (name !== 'content-type') return value;
  const type = value
    .toLowerCase()
    .replace(/\s*;\s*/g, ';')
    .replaceAll('"', '');
  return /json;charset=utf-8$/.test(type) ? type.replace(/;.*/, '') : type;
}
