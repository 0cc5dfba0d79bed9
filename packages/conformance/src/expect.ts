import { isDeepStrictEqual } from 'node:util';
import { type KnownProblem, PROBLEM_TYPE, problemFor, type World } from '@heptathlon/contract';
import { header, type Response } from './http/response.js';

/** An answer is not what the rule book says. */
export class Violation extends Error {
  override name = 'Violation';
}

/** What an answer has to be, to the byte. */
export interface Answer {
  status: number;
  /** The media type, with a charset only where the rule book asks for one. */
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/** The answer 200 with this JSON. */
export const json = (value: unknown): Answer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(value),
});

/** The answer with this problem. */
export const problem = (status: KnownProblem['status']): Answer => ({
  status,
  type: PROBLEM_TYPE,
  body: JSON.stringify(problemFor(status)),
  ...(status === 503 && { headers: { 'retry-after': '1' } }),
});

/** @throws {Violation} where a value is not the one expected */
export function expectEqual(what: string, received: unknown, expected: unknown): void {
  if (isDeepStrictEqual(received, expected)) return;
  throw new Violation(`${what}: expected ${show(expected)}, received ${show(received)}`);
}

/** @throws {Violation} where something is not so */
export function expectThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

/** @throws {Violation} naming the first thing in which a response differs from an answer */
export function expectAnswer(
  label: string,
  response: Response,
  answer: Answer,
  head = false,
): void {
  expectEqual(`${label}: status`, response.status, answer.status);
  expectType(label, response, answer.type);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    expectEqual(`${label}: ${name}`, header(response, name), value);
  }
  expectHeaders(label, response, head, Object.keys(answer.headers ?? {}));
  if (head) return;
  const body = Buffer.from(answer.body);
  expectEqual(`${label}: Content-Length`, header(response, 'content-length'), String(body.length));
  if (!response.body.equals(body)) {
    throw new Violation(`${label}: body: expected ${show(body)}, received ${show(response.body)}`);
  }
}

/** Compares media types as HTTP does: a charset that is utf-8, or, for JSON, absent. */
export function expectType(label: string, response: Response, expected: string): void {
  const received = header(response, 'content-type');
  const media = expected.split(';')[0];
  const charset = media?.endsWith('json') ? '(;\\s*charset="?utf-8"?)?' : ';\\s*charset="?utf-8"?';
  if (new RegExp(`^${media?.replace(/[+.]/g, '\\$&')}\\s*${charset}$`, 'i').test(received ?? ''))
    return;
  throw new Violation(`${label}: Content-Type: expected ${expected}, received ${received}`);
}

/** What the connection needs is between client and server; it differs, and does not count. */
const CONNECTION_HEADERS = ['date', 'connection', 'keep-alive'];

/**
 * @param head whether it answers a HEAD, of which the `Content-Length` is optional (RFC 9110, section 9.3.2)
 * @throws {Violation} where there is a header beside the ones the rule book lists, or one twice
 */
export function expectHeaders(
  label: string,
  response: Response,
  head = false,
  beside: string[] = [],
): void {
  const ignored = head ? [...CONNECTION_HEADERS, 'content-length'] : CONNECTION_HEADERS;
  const allowed = ['content-type', ...(head ? [] : ['content-length']), ...beside];
  const names = response.headers
    .map(([name]) => name)
    .filter((name) => !ignored.includes(name))
    .toSorted();
  expectEqual(`${label}: headers`, names, allowed.toSorted());
}

/** Parses the rows of `db` or `queries`. @throws {Violation} where they are none */
export function expectWorlds(label: string, response: Response, count: number): World[] {
  expectEqual(`${label}: status`, response.status, 200);
  expectType(label, response, 'application/json');
  let value: unknown;
  try {
    value = JSON.parse(response.body.toString());
  } catch {
    throw new Violation(`${label}: the body is not JSON: ${show(response.body)}`);
  }
  expectThat(Array.isArray(value), `${label}: the body is no array: ${show(response.body)}`);
  expectEqual(`${label}: number of rows`, value.length, count);
  for (const row of value) expectWorld(label, row);
  // The same JSON, no space and no member more.
  expectEqual(`${label}: body`, response.body.toString(), JSON.stringify(value));
  return value;
}

/** @throws {Violation} where a value is no row of `world` */
export function expectWorld(label: string, row: unknown): asserts row is World {
  const isRow =
    typeof row === 'object' &&
    row !== null &&
    isDeepStrictEqual(Object.keys(row), ['id', 'randomNumber']) &&
    Object.values(row).every((value) => Number.isInteger(value) && value >= 1 && value <= 10_000);
  expectThat(isRow, `${label}: not a row of world: ${show(row)}`);
}

function show(value: unknown): string {
  const text = Buffer.isBuffer(value) ? value.toString() : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 150)}... (${text.length} characters)` : text;
}
