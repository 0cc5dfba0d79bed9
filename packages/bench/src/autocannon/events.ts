import { operations } from '@heptathlon/contract';

/** What the k6 script of an event sends and checks, for autocannon. */
export interface Event {
  method: 'GET' | 'POST';
  /** The path of the request with that number. */
  path(number: number): string;
  /** Its body. */
  body?(number: number): string;
  /** Tells whether an answer's body is right for the request with that number. */
  check(number: number): (body: string) => boolean;
}

const QUERIES = 20;

/** A generator sends so many different requests in turn, made beforehand: making them takes time. */
export const VARIETY = 16;

const is = (expected: string) => (body: string) => body === expected;

const constant = (id: 'plaintext' | 'json'): Event => {
  const operation = operations.find((operation) => operation.operationId === id);
  const example = operation && 'example' in operation ? operation.example : undefined;
  const expected = typeof example === 'string' ? example : JSON.stringify(example);
  return { method: 'GET', path: () => `/${id}`, check: () => is(expected) };
};

// The bodies and the checks are those of the k6 scripts. Files of another project, run as they are by Node.
const shared = (file: string) =>
  import(new URL(`../../../../k6/lib/${file}`, import.meta.url).href);
const { order } = (await shared('order.ts')) as { order: (number: number) => string };
const { isRow, areRows, isPage } = (await shared('answers.ts')) as {
  isRow: (body: unknown) => boolean;
  areRows: (count: number) => (body: unknown) => boolean;
  isPage: (body: unknown) => boolean;
};

/** The seven events, by operationId. */
export const events: Record<string, Event> = {
  plaintext: constant('plaintext'),
  json: constant('json'),
  jsonBody: {
    method: 'POST',
    path: () => '/json',
    body: order,
    check: (number) => is(order(number)),
  },
  params: {
    method: 'GET',
    path: (number) => `/users/user-${number}`,
    check: (number) => is(`{"id":"user-${number}"}`),
  },
  db: {
    method: 'GET',
    path: () => '/db',
    check: () => isRow,
  },
  queries: {
    method: 'GET',
    path: () => `/queries?count=${QUERIES}`,
    check: () => areRows(QUERIES),
  },
  template: {
    method: 'GET',
    path: () => '/template',
    check: () => isPage,
  },
};
