import type { Response } from './http/response.js';

/**
 * A response as text, less what may differ between servers: `Date`, connection management, the `Content-Length` of a
 * HEAD, and the ways in which HTTP can say the same media type.
 *
 * @param method the method of the request that it answers
 * @param rows whether it holds random rows: their digits are masked
 */
export function normalise(
  { status, headers, body }: Response,
  method: string,
  rows: boolean,
): string {
  const ignored = ['date', 'connection', 'keep-alive'];
  if (method === 'HEAD') ignored.push('content-length');
  const kept = headers
    .filter(([name]) => !ignored.includes(name))
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
