/** How a body is delimited (RFC 9112, section 6). */
export type Framing = 'length' | Chunks;

/** How a body is cut into chunks. */
export interface Chunks {
  /** Bytes of each chunk, over and over again until the body ends. */
  sizes: number[];
  /** What stands after each size: a chunk extension, or nothing. */
  extension: string;
  trailers: [name: string, value: string][];
}

/** A request, as far as it is HTTP. */
export interface Message {
  method: string;
  target: string;
  version: '1.0' | '1.1';
  /** A `Host` line each: one, in a request that is right. */
  hosts: string[];
  headers: [name: string, value: string][];
  body?: { bytes: Buffer; framing: Framing };
}

/** Requests on one connection, each after the answer to the last, or all at once. */
export interface Exchange {
  messages: Message[];
  pipelined: boolean;
}

/** The bytes of a request. Text goes out as UTF-8, whether HTTP allows that or not. */
export function toBytes({ method, target, version, hosts, headers, body }: Message): Buffer {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...hosts.map((host) => `Host: ${host}`),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (!body) return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  const { bytes, framing } = body;
  lines.push(
    framing === 'length' ? `Content-Length: ${bytes.length}` : 'Transfer-Encoding: chunked',
  );
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  return Buffer.concat([head, framing === 'length' ? bytes : inChunks(bytes, framing)]);
}

function inChunks(bytes: Buffer, { sizes, extension, trailers }: Chunks): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, next = 0; at < bytes.length; next++) {
    const part = bytes.subarray(at, at + (sizes[next % sizes.length] ?? 1));
    parts.push(Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part);
    parts.push(Buffer.from('\r\n'));
    at += part.length;
  }
  const fields = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([...parts, Buffer.from(`0\r\n${fields}\r\n`)]);
}

/** Bytes as text that JavaScript and `printf %b` read. */
export function escapeBytes(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^ -~]|[\\']/g, (character) => {
    if (character === '\r') return '\\r';
    if (character === '\n') return '\\n';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
