/**
 * Ends what was started, all at once. What cannot be ended is told on stderr, in a line each: it neither keeps the rest
 * from being ended, nor takes away what was found by then.
 *
 * @param ends each ends something, and may fail
 */
export async function endAll(...ends: (() => unknown)[]): Promise<void> {
  const ended = await Promise.allSettled(ends.map(async (end) => end()));
  for (const end of ended) {
    if (end.status === 'rejected') {
      console.error(`Not everything could be ended in order: ${causeOf(end.reason)}`);
    }
  }
}

const causeOf = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));
