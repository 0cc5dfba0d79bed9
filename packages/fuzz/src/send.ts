import { Connection, type Response } from '@heptathlon/conformance';
import { type Exchange, toBytes } from './message.js';

/** How long an answer may take before it counts as none, in ms, unless it is told. */
export const TIMEOUT = 5000;

/** What came back for a request. */
export interface Outcome {
  /** The answer, or in words why there is none. */
  answer: Response | string;
  /** From sending to the whole answer, in ms. */
  ms: number;
}

/**
 * Sends an exchange to a server, on a connection of its own. Where the server closes it after an answer,
 * the rest goes out on another one, as a client would do.
 *
 * @param patience how long an answer may take before it counts as none, in ms
 * @returns an outcome for each request
 */
export async function send(
  url: URL,
  { messages, pipelined }: Exchange,
  patience = TIMEOUT,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < messages.length) {
    const rest = messages.slice(outcomes.length);
    const connection = await Connection.open(url);
    try {
      outcomes.push(...(await sendOnOne(connection, { messages: rest, pipelined }, patience)));
    } finally {
      connection.close();
    }
  }
  return outcomes;
}

/** At least one outcome: that of the first request. */
async function sendOnOne(
  connection: Connection,
  { messages, pipelined }: Exchange,
  patience: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let sentAt = performance.now();
  if (pipelined) connection.write(Buffer.concat(messages.map(toBytes)));
  for (const message of messages) {
    if (!pipelined) {
      sentAt = performance.now();
      connection.write(toBytes(message));
    }
    const untouched = connection.unread.length === 0;
    const answer = await connection
      .read(message.method, patience)
      .catch((error: Error) => describe(error));
    const isGone = answer === CLOSED && outcomes.length > 0 && untouched;
    // It was closed after the last answer: this request has not been looked at.
    if (isGone && connection.unread.length === 0) break;
    outcomes.push({ answer, ms: performance.now() - sentAt });
    if (typeof answer === 'string') break;
  }
  return outcomes;
}

/** There is no answer, as the connection has ended. */
export const CLOSED = 'closed without an answer';
/** There is no answer, and none to come. */
export const SILENT = 'no answer in time';

/** Whether the end came with a reset or without is up to the kernel. */
function describe({ message }: Error): string {
  if (/before the answer was complete$/.test(message)) return CLOSED;
  return /^no answer within/.test(message) ? SILENT : message;
}
