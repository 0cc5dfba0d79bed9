/** A response as it came over the wire. */
export interface Response {
  status: number;
  /** Names in lower case, in the order in which they came. */
  headers: [name: string, value: string][];
  body: Buffer;
}

/** The value of a header, or undefined where it is missing; repeated ones are joined as RFC 9110, section 5.3, says. */
export function header(response: Response, name: string): string | undefined {
  const values = response.headers.filter(([found]) => found === name).map(([, value]) => value);
  return values.length > 0 ? values.join(', ') : undefined;
}

/**
 * Takes a response from the front of what was received (RFC 9112).
 *
 * @param bytes what was received so far
 * @param method the request's method: the answer to a HEAD has no body
 * @param ended whether nothing more will come
 * @returns the response and the number of bytes that it takes; undefined where it is not complete
 * @throws {Error} where it is not HTTP
 */
export function takeResponse(
  bytes: Buffer,
  method: string,
  ended: boolean,
): { response: Response; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})( |$)/.exec(line)?.[1];
  if (!status) throw new Error(`not an HTTP response: ${JSON.stringify(line.slice(0, 80))}`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const start = end + 4;
  const whole = (body: Buffer, length: number) => ({
    response: { status: Number(status), headers, body },
    length,
  });
  const value = (name: string) => headers.find(([found]) => found === name)?.[1];
  if (status.startsWith('1')) {
    const next = takeResponse(bytes.subarray(start), method, ended);
    return next && { ...next, length: next.length + start };
  }
  if (method === 'HEAD' || status === '204' || status === '304')
    return whole(Buffer.alloc(0), start);
  if (/\bchunked$/i.test(value('transfer-encoding') ?? '')) {
    const chunks = takeChunks(bytes, start);
    return chunks && whole(chunks.body, chunks.end);
  }
  const length = value('content-length');
  if (length === undefined) return ended ? whole(bytes.subarray(start), bytes.length) : undefined;
  const stop = start + Number(length);
  return bytes.length >= stop ? whole(bytes.subarray(start, stop), stop) : undefined;
}

function takeChunks(bytes: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('a chunk without a size');
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), end: next };
    chunks.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}
