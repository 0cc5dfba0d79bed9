import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a server is asked, in ms: so precise is the time that it takes to start. */
const INTERVAL = 5;
/** How long an answer may take, in ms. */
const ANSWER_TIMEOUT = 1000;

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
  const deadline = performance.now() + timeout;
  while (!isGone()) {
    if (await answers(url)) return true;
    if (performance.now() >= deadline) return false;
    await sleep(INTERVAL);
  }
  return false;
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    // A connection of its own, that ends with the answer: one that stays would have to be waited for when
    // the server stops.
    const request = get(url, { agent: false, timeout: ANSWER_TIMEOUT }, (response) => {
      const { statusCode = 0 } = response;
      response.resume().on('end', () => resolve(statusCode >= 200 && statusCode < 300));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}
