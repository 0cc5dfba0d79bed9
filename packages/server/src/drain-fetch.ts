import { setTimeout as sleep } from 'node:timers/promises';
import { DRAIN_TIMEOUT, IDLE_GRACE } from './drain.js';

type Answer = Response | Promise<Response>;

/** A server that hands its requests to a function, as Bun's and Deno's do. */
export interface FetchServer {
  /** Closes what is idle, and lets the requests in flight finish. */
  stop(): Promise<void>;
  /** Closes all connections. */
  cut(): void;
}

/**
 * Makes a server's function one that can be drained, as `drain` does it on Node: connections end with their next answer,
 * before the server is stopped. Stopping alone cuts kept-alive connections off between two requests.
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
    /** @returns when all connections have ended, 8 s later at the most */
    async drain(server: FetchServer): Promise<void> {
      draining = true;
      const force = setTimeout(() => server.cut(), DRAIN_TIMEOUT);
      await sleep(IDLE_GRACE);
      await server.stop();
      clearTimeout(force);
    },
  };
}
