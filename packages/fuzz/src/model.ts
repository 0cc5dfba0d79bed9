import { METHODS } from 'node:http';
import { type Answer, json, problem } from '@heptathlon/conformance';
import { clampCount, JSON_TYPE, maxBodyBytes, schemas } from '@heptathlon/contract';
import { type Operation, operations } from './document.js';
import type { Message } from './message.js';

/** What the rule book says of a request: the very answer, or rows that are picked at random. */
export type Expected = { answer: Answer } | { rows: 'db' | 'queries' | 'template'; count: number };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What the rule book says of a request. A model: neither fast nor elegant, but plain, and written from
 * the descriptions in `openapi.yaml`.
 *
 * @returns undefined where it says nothing
 */
export function expected(message: Message): Expected | undefined {
  const path = pathOf(message);
  if (path === undefined || !isOrdinary(message)) return undefined;
  const [raw, query] = cut(path, '?');
  const segments = raw.split('/');
  if (segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) return undefined;
  if (raw === '/users/' || /%/.test(raw.replace(/^\/users\/[^/]*$/, ''))) return undefined;
  switch (operationOf(message)?.operationId) {
    case 'plaintext':
      return {
        answer: { status: 200, type: 'text/plain; charset=utf-8', body: 'Hello, World!' },
      };
    case 'json':
      return { answer: json({ message: 'Hello, World!' }) };
    case 'params':
      return user(segments[2] ?? '');
    case 'jsonBody':
      return echo(message);
    case 'db':
      return { rows: 'db', count: 1 };
    case 'queries':
      return {
        rows: 'queries',
        count: clampCount(new URLSearchParams(`?${query ?? ''}`).get('count')),
      };
    case 'template':
      return { rows: 'template', count: 10 };
    default:
      return { answer: problem(404) };
  }
}

/** The operation that a request is one of, as it is written. */
export function operationOf(message: Message): Operation | undefined {
  const [raw] = cut(pathOf(message) ?? '', '?');
  const method = message.method === 'HEAD' ? 'GET' : message.method;
  return operations.find(
    (operation) => operation.method === method && matches(operation.path, raw.split('/')),
  );
}

/** The path and query of a target; undefined where it is none that the rule book speaks of. */
function pathOf({ target }: Message): string | undefined {
  const absolute = /^https?:\/\/[a-z0-9.]+(:\d+)?(?=\/)/i.exec(target)?.[0] ?? '';
  const [path] = cut(target.slice(absolute.length), '#');
  // What else is printable has no business there, but is taken as it is.
  return /^\/[!-~]*$/.test(path) && !path.includes('\\') ? path : undefined;
}

/** Whether all but the path is such that only the rule book decides. */
function isOrdinary({ method, hosts, headers }: Message): boolean {
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return (
    METHODS.includes(method) &&
    method !== 'CONNECT' &&
    hosts.length === 1 &&
    /^[a-z]+$/.test(hosts[0] ?? '') &&
    size < 8000 &&
    headers.every(([name, value]) => name.toLowerCase() !== 'expect' && /^[\t -~]*$/.test(value))
  );
}

function matches(path: string, segments: string[]): boolean {
  const pattern = path.split('/');
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) =>
      part.startsWith('{') ? segments[index] !== '' : part === segments[index],
    )
  );
}

function echo({ headers, body }: Message): Expected | undefined {
  const values = (asked: string) =>
    headers.filter(([name]) => name.toLowerCase() === asked).map(([, value]) => value.trim());
  const [type = '', ...moreTypes] = values('content-type');
  const [encoding, ...moreEncodings] = values('content-encoding');
  if (moreTypes.length > 0 || moreEncodings.length > 0) return undefined;
  if ((encoding || 'identity').toLowerCase() !== 'identity' || !JSON_TYPE.test(type)) {
    return { answer: problem(415) };
  }
  const bytes = body?.bytes ?? Buffer.alloc(0);
  if (bytes.length > maxBodyBytes) return { answer: problem(413) };
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return { answer: typeof value === 'object' && value !== null ? json(value) : problem(400) };
  } catch {
    return { answer: problem(400) };
  }
}

function user(escaped: string): Expected {
  try {
    const id = decodeURIComponent(escaped);
    return { answer: [...id].length > schemas.UserId.maxLength ? problem(400) : json({ id }) };
  } catch {
    return { answer: problem(400) };
  }
}

function cut(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Whether a request waits for the database. */
export function isRows(message: Message): boolean {
  const model = expected(message);
  return model !== undefined && 'rows' in model;
}
