import { operations } from '@heptathlon/contract';

/** What the k6 script of an event sends and checks, for autocannon. */
export interface Event {
  method: 'GET' | 'POST';
  /** The path of the request with that number. */
  path(number: number): string;
  /** Its body. */
  body?(number: number): string;
  /** Whether an answer's body is right for the request with that number. */
  isRight(body: string, number: number): boolean;
}

const QUERIES = 20;

const constant = (id: 'plaintext' | 'json'): Event => {
  const operation = operations.find((operation) => operation.operationId === id);
  const example = operation && 'example' in operation ? operation.example : undefined;
  const expected = typeof example === 'string' ? example : JSON.stringify(example);
  return { method: 'GET', path: () => `/${id}`, isRight: (body) => body === expected };
};

// The bodies are those of the k6 script. A file of another project, run as it is by Node.
const { order } = (await import(new URL('../../../../k6/lib/order.ts', import.meta.url).href)) as {
  order: (number: number) => string;
};

/** The seven events, by operationId. */
export const events: Record<string, Event> = {
  plaintext: constant('plaintext'),
  json: constant('json'),
  jsonBody: {
    method: 'POST',
    path: () => '/json',
    body: order,
    isRight: (body, number) => body === order(number),
  },
  params: {
    method: 'GET',
    path: (number) => `/users/user-${number}`,
    isRight: (body, number) => body === `{"id":"user-${number}"}`,
  },
  db: {
    method: 'GET',
    path: () => '/db',
    isRight: (body) => isWorld(parse(body)),
  },
  queries: {
    method: 'GET',
    path: () => `/queries?count=${QUERIES}`,
    isRight: (body) => {
      const worlds = parse(body);
      return Array.isArray(worlds) && worlds.length === QUERIES && worlds.every(isWorld);
    },
  },
  template: {
    method: 'GET',
    path: () => '/template',
    isRight: (body) =>
      body.includes('<title>10 rows of &quot;world&quot;, 0 &lt; id &amp; id &lt; 10001</title>') &&
      body.match(/<tr><td>\d+<\/td><td>\d+<\/td><\/tr>/g)?.length === 10,
  },
};

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isWorld(value: unknown): boolean {
  return isInRange(value, 'id') && isInRange(value, 'randomNumber');
}

function isInRange(value: unknown, name: 'id' | 'randomNumber'): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const number = (value as Record<string, unknown>)[name];
  return Number.isInteger(number) && Number(number) >= 1 && Number(number) <= 10_000;
}
