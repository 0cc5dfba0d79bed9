import { Connection, header } from '@heptathlon/conformance/tools';
import { type Event, judge, type Verdict } from './events.js';

/** What came of a request. */
export interface Outcome {
  event: Event;
  /** `lost` is a request without an answer: refused, cut off, or not answered in time. */
  verdict: Verdict | { lost: string };
  status: number | undefined;
  /** Did the server say that it closes the connection? */
  closes: boolean;
  /** When it was sent, as by `performance.now()`; and how long it took, in ms, with the connection where it was opened for it. */
  at: number;
  ms: number;
}

/**
 * Sends a request, on a connection of its own or on one that is open, and judges the answer.
 *
 * @param patience how long an answer may take, in ms; 10 s by default
 */
export async function ask(
  url: string,
  event: Event,
  open?: Connection,
  patience?: number,
): Promise<Outcome> {
  const at = performance.now();
  const outcome = (verdict: Outcome['verdict'], status?: number, closes = false): Outcome => ({
    event,
    verdict,
    status,
    closes,
    at,
    ms: performance.now() - at,
  });
  let connection = open;
  try {
    connection ??= await Connection.open(new URL(url));
    connection.write(event.request.bytes);
    const response = await connection.read(event.request.method, patience);
    const closes = /close/i.test(header(response, 'connection') ?? '');
    return outcome(judge(event, response), response.status, closes);
  } catch (error) {
    return outcome({ lost: error instanceof Error ? error.message : String(error) });
  } finally {
    if (!open) connection?.close();
  }
}

/** The same of many, all at once, each on a connection of its own. */
export function askAll(url: string, events: Event[]): Promise<Outcome[]> {
  return Promise.all(events.map((event) => ask(url, event)));
}

/** An outcome, for a person. */
export function describe({ event, verdict, status, ms }: Outcome): string {
  const what =
    typeof verdict === 'string'
      ? verdict
      : 'lost' in verdict
        ? `no answer (${verdict.lost})`
        : verdict.wrong;
  return `${event.request.label}: ${status ?? '-'}, ${what}, after ${Math.round(ms)} ms`;
}
