import { events, VARIETY } from '../../autocannon/events.js';

/** A request of the mix, and how its answer is checked. */
export interface Asked {
  event: string;
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string | null;
  isRight(body: string): boolean;
}

// The mix is that of the k6 scripts. A file of another project, run as it is by Node.
const { operationOf } = (await import(
  new URL('../../../../../k6/lib/mix.ts', import.meta.url).href
)) as { operationOf: (number: number) => string };

/** Made beforehand: making them takes time. */
const prepared = Object.fromEntries(
  Object.entries(events).map(([event, { method, path, body, check }]) => [
    event,
    Array.from(
      { length: VARIETY },
      (_, number): Asked => ({
        ...{ event, method, path: path(number), isRight: check(number) },
        headers: body ? { 'content-type': 'application/json' } : {},
        body: body?.(number) ?? null,
      }),
    ),
  ]),
);

/** The request of the mix with that number, from 0 on. */
export function requestOf(number: number): Asked {
  return prepared[operationOf(number)]?.[number % VARIETY] as Asked;
}
