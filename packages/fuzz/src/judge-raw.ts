import { type Response, takeResponse } from '@heptathlon/conformance';
import type { Raw } from './generate/raw.js';
import { HIDDEN } from './generate/smuggling.js';
import { isServerError } from './judge.js';
import { isKnownRaw, STAYS_OPEN } from './known.js';
import type { Received } from './send-raw.js';

/** What is wrong with what a server answers to bytes that need not be HTTP. */
export interface RawFinding {
  /** Each server that is to blame, with what it did. */
  blamed: { name: string; wrong: string; received: Buffer }[];
  signature: string;
}

/** Compares what came back with what may come back, of several servers. */
export function judgeRaw(raw: Raw, received: Map<string, Received>): RawFinding | undefined {
  const blamed = [...received].flatMap(([name, one]) => {
    const wrong = wrongOf(raw, one);
    return wrong && !isKnownRaw(name, wrong, one.bytes)
      ? [{ name, wrong, received: one.bytes }]
      : [];
  });
  if (blamed.length === 0) return undefined;
  const signature = blamed.map(({ name, wrong }) => `${name}: ${wrong}`).join('\n');
  return { blamed, signature };
}

/** With this, a client that knows it begins to speak HTTP/2 (RFC 9113, section 3.4), and a server may answer in it. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** An error that HTTP has a status for, an answer as to any request, or the end of the connection. */
function wrongOf({ hides, bytes: sent }: Raw, { bytes, closed }: Received): string | undefined {
  if (!closed) return STAYS_OPEN;
  if (sent.includes(PREFACE) && bytes[0] === 0) return undefined;
  let answers: Response[];
  try {
    answers = takeAll(bytes);
  } catch (error) {
    // The answer to a HEAD has no body, and bytes that were changed may have made one.
    if (sent.includes('HEAD ')) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
  const failed = answers.find(({ status }) => isServerError(status));
  if (failed) return `status ${failed.status}`;
  // 304 is Express's, to a condition (docs/differences.md).
  const odd = answers.find(
    ({ status }) => status < 200 || (status >= 300 && status < 400 && status !== 304),
  );
  if (odd) return `status ${odd.status}`;
  if (hides && answers.some(({ body }) => body.includes(HIDDEN))) {
    return 'the request that was hidden in another is answered';
  }
  return undefined;
}

/** @throws {Error} where they are not whole answers */
function takeAll(bytes: Buffer): Response[] {
  const answers: Response[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const taken = takeResponse(rest, 'GET', true);
    // After an interim answer, such as 100, a connection may end.
    if (!taken && /^(HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+$/.test(rest.toString('latin1'))) break;
    if (!taken) throw new Error('it ends in the middle of an answer');
    answers.push(taken.response);
    rest = rest.subarray(taken.length);
  }
  return answers;
}
