import { type Response, takeResponse } from '@heptathlon/conformance/tools';
import { openClient } from './clients.js';

/** What came of bytes. */
export interface Reaction {
  responses: Response[];
  /** Did the server end the connection? */
  closed: boolean;
  /** What it sent that is not HTTP. */
  noise: string;
  ms: number;
}

/** After an answer, how long to wait for another one, in ms. */
const SETTLE = 100;
/** How long to wait for a first one, in ms: as long as for the answer to a healthy request. */
const PATIENCE = 10_000;

/**
 * Sends bytes on a connection of their own and waits for all that comes of them.
 *
 * @param patience how long to wait for a first answer, in ms
 */
export async function provoke(url: string, bytes: Buffer, patience = PATIENCE): Promise<Reaction> {
  const client = await openClient(url, (socket) => void socket.write(bytes));
  const startedAt = performance.now();
  const parts: Buffer[] = [];
  let closed = false;
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, patience);
    client.socket.on('data', (part: Buffer) => {
      parts.push(part);
      // Half an answer is none.
      if (parse(Buffer.concat(parts), false).noise) return;
      clearTimeout(timer);
      timer = setTimeout(resolve, SETTLE);
    });
    void client.ended.then(() => {
      closed = true;
      clearTimeout(timer);
      resolve();
    });
  });
  const ms = performance.now() - startedAt;
  client.close();
  return { ...parse(Buffer.concat(parts), closed), closed, ms };
}

function parse(received: Buffer, ended: boolean): Pick<Reaction, 'responses' | 'noise'> {
  const responses: Response[] = [];
  try {
    for (let taken = takeResponse(received, 'GET', ended); taken; ) {
      responses.push(taken.response);
      received = received.subarray(taken.length);
      taken = takeResponse(received, 'GET', ended);
    }
  } catch {
    // It is kept as noise.
  }
  return { responses, noise: received.toString('latin1').slice(0, 80) };
}

/** A reaction, for a person: `400 closed`. */
export function describeReaction({ responses, closed, noise }: Reaction): string {
  const statuses = responses.map(({ status }) => status);
  const answer = statuses.length > 0 ? statuses.join('+') : closed ? '' : 'silence';
  return [answer, noise && JSON.stringify(noise), closed ? 'closed' : ''].filter(Boolean).join(' ');
}
