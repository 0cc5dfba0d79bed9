import { findListener } from './listener.js';
import { untilReady } from './ready.js';
import type { RunningTarget } from './running.js';
import type { UrlTarget } from './targets.js';

/** How long a server that runs already may take to answer, in ms, where its target does not say. */
const ANSWER_TIMEOUT = 5000;

/**
 * Finds a target that runs already. Where it listens on this machine, so that its cost can be measured, its
 * process is found too.
 *
 * @param signal ends the wait
 * @throws {Error} in one line, where it does not answer in time
 */
export async function attachTarget(
  { name, url, ready }: UrlTarget,
  signal?: AbortSignal,
): Promise<RunningTarget> {
  const asked = `${url}${ready?.path ?? '/plaintext'}`;
  const isGone = () => signal?.aborted === true;
  if (!(await untilReady(asked, ready?.timeout ?? ANSWER_TIMEOUT, isGone))) {
    signal?.throwIfAborted();
    throw new Error(`${name} does not answer at ${asked}`);
  }
  return {
    url,
    pid: await findListener(url),
    readyAfter: null,
    exited: new Promise(() => {}),
    output: () => '',
    stop: async () => undefined,
  };
}
