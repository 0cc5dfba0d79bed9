/** A request, to the byte. */
export interface Request {
  method: string;
  /** Method, path and what is special, for a person. */
  label: string;
  bytes: Buffer;
}

/** What a request has beside its method and path. */
export interface RequestOptions {
  headers?: Record<string, string>;
  /** Sent with its length, or in chunks. */
  body?: string | Buffer;
  chunked?: boolean;
  /** Where the method and path alone do not say what is sent. */
  label?: string;
}

/** Builds a request; the path goes out as it is. */
export function request(
  method: string,
  path: string,
  { headers = {}, body, chunked = false, label }: RequestOptions = {},
): Request {
  const content = body === undefined ? undefined : Buffer.from(body);
  const framing: Record<string, string> = chunked
    ? { 'Transfer-Encoding': 'chunked' }
    : content
      ? { 'Content-Length': String(content.length) }
      : {};
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ Host: 'localhost', ...headers, ...framing }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ].join('\r\n');
  const name = `${method} ${path.length > 60 ? `${path.slice(0, 57)}...` : path}`;
  return {
    method,
    label: label ? `${name} (${label})` : name,
    bytes: Buffer.concat([
      Buffer.from(`${head}\r\n\r\n`),
      content ? (chunked ? chunks(content) : content) : Buffer.alloc(0),
    ]),
  };
}

/** A GET. */
export const get = (path: string, options?: RequestOptions) => request('GET', path, options);

/** A POST of JSON to `/json`. */
export const postJson = (body: string | Buffer, options: RequestOptions = {}) =>
  request('POST', '/json', {
    ...options,
    body,
    headers: { 'Content-Type': 'application/json', ...options.headers },
  });

/** Cuts a body into chunks of 10,000 bytes (RFC 9112, section 7.1). */
function chunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += 10_000) {
    const part = body.subarray(at, at + 10_000);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
