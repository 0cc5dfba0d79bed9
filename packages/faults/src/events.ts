import {
  type Answer,
  expectAnswer,
  expectPage,
  expectWorld,
  expectWorlds,
  get,
  header,
  json,
  message,
  plaintext,
  postJson,
  problem,
  type Request,
  type Response,
  Violation,
} from '@heptathlon/conformance/tools';
import type { World } from '@heptathlon/contract';

/** A request, and what says whether its 200 is right. */
export interface Event {
  name: string;
  request: Request;
  /** Does it read rows? */
  reads: boolean;
  /** @throws {Violation} where the answer is another */
  expect(response: Response): void;
}

/** How an answer stands: right, one of the two errors that a fault may bring, or wrong and why. */
export type Verdict = 'ok' | 'unavailable' | 'failed' | { wrong: string };

/** What seed.ts of @heptathlon/db puts into the table. */
const numberOf = (id: number) => 1 + ((id * 7919) % 10_000);

function expectRows(label: string, rows: World[]): void {
  for (const { id, randomNumber } of rows) {
    if (randomNumber === numberOf(id)) continue;
    throw new Violation(`${label}: row ${id} has the number ${randomNumber}`);
  }
}

const fixed = (name: string, request: Request, answer: Answer): Event => ({
  name,
  request,
  reads: false,
  expect: (response) => expectAnswer(name, response, answer),
});

const reading = (name: string, path: string, rows: (response: Response) => World[]): Event => ({
  name,
  request: get(path),
  reads: true,
  expect: (response) => expectRows(name, rows(response)),
});

const queries = (name: string, count: number) =>
  reading(name, `/queries?count=${count}`, (response) => expectWorlds(name, response, count));

/** One request of each event, of `queries` two. */
export const events = {
  plaintext: fixed('plaintext', get('/plaintext'), plaintext),
  json: fixed('json', get('/json'), message),
  jsonBody: fixed('jsonBody', postJson('{"a":[1,"é"]}'), json({ a: [1, 'é'] })),
  params: fixed('params', get('/users/4%202'), json({ id: '4 2' })),
  db: reading('db', '/db', (response) => {
    if (response.status !== 200) throw new Violation(`db: status ${response.status}`);
    const row: unknown = JSON.parse(response.body.toString());
    expectWorld('db', row);
    return [row];
  }),
  queries: queries('queries?count=1', 1),
  queries20: queries('queries?count=20', 20),
  template: reading('template', '/template', (response) => expectPage('template', response)),
} satisfies Record<string, Event>;

/** Those that read rows, and those that do not. */
export const readingEvents = Object.values(events).filter(({ reads }) => reads);
export const otherEvents = Object.values(events).filter(({ reads }) => !reads);

/** Judges an answer: 503 and 500 have to be the problem details of the rule book, to the byte. */
export function judge(event: Event, response: Response): Verdict {
  try {
    if (response.status === 503 || response.status === 500) {
      expectAnswer(event.name, response, problem(response.status));
      return response.status === 503 ? 'unavailable' : 'failed';
    }
    event.expect(response);
    return 'ok';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const type = header(response, 'content-type');
    return { wrong: `${error.message} (${response.status} ${type})` };
  }
}
