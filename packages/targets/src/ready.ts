import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a server is asked, in ms, and at least by which share of the time since its start: so precise is that time. */
const INTERVAL = 5;
const PRECISION = 0.01;
/** How long an answer may take, in ms. */
const ANSWER_TIMEOUT = 5000;

/**
 * Asks a server until it answers with 2xx.
 *
 * @param timeout how long, in ms
 * @param isGone whether there is nothing to wait for any more
 * @returns whether it answers
 */
export async function untilReady(
  url: string,
  timeout: number,
  isGone: () => boolean = () => false,
): Promise<boolean> {
  const startedAt = performance.now();
  for (let waited = 0; !isGone(); waited = performance.now() - startedAt) {
    if (await answers(url, Math.min(ANSWER_TIMEOUT, timeout))) return true;
    if (waited >= timeout) return false;
    await sleep(Math.max(INTERVAL, waited * PRECISION));
  }
  return false;
}

function answers(url: string, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A connection of its own, that ends with the answer: one that stays would have to be waited for when
    // the server stops.
    const request = get(url, { agent: false, timeout }, (response) => {
      const { statusCode = 0 } = response;
      response.resume().on('end', () => resolve(statusCode >= 200 && statusCode < 300));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}
