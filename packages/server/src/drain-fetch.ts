import { setTimeout as sleep } from 'node:timers/promises';
import { DRAIN_TIMEOUT, IDLE_GRACE } from './drain.js';

type Answer = Response | Promise<Response>;

/**
 * Makes a function to which Bun and Deno hand requests one that can be drained, as `drain` does it on Node: connections end
 * with their next answer, before the server is stopped. Stopping alone cuts kept-alive connections off between two requests.
 */
export function drainable<Rest extends unknown[]>(
  fetch: (request: Request, ...rest: Rest) => Answer,
) {
  let draining = false;
  const finish = (response: Response) => {
    if (draining) response.headers.set('Connection', 'close');
    return response;
  };
  return {
    fetch(request: Request, ...rest: Rest): Answer {
      const answer = fetch(request, ...rest);
      return answer instanceof Promise ? answer.then(finish) : finish(answer);
    },
    /**
     * @param stop closes what is idle, and lets the requests in flight finish
     * @returns when all connections have ended, or 8 s later: what is left ends with the process
     */
    async drain(stop: () => Promise<void>): Promise<void> {
      draining = true;
      await sleep(IDLE_GRACE);
      await Promise.race([stop(), sleep(DRAIN_TIMEOUT - IDLE_GRACE)]);
    },
  };
}
