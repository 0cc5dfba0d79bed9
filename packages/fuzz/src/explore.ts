import fc from 'fast-check';

/** A case that fails, shrunk. */
export interface Failure<Case, Finding> {
  example: Case;
  finding: Finding;
  /** What generates it again. */
  seed: number;
  path: string;
}

/** What to explore, and for how long. */
export interface Exploration<Case, Finding> {
  cases: fc.Arbitrary<Case>;
  /** Sends a case. @returns what is wrong, if anything */
  check(example: Case): Promise<Finding | undefined>;
  /** The same for findings that are likely to be one. */
  signatureOf(finding: Finding): string;
  /** Whether enough has been sent. */
  isDone(): boolean;
  onFailure(failure: Failure<Case, Finding>): void;
  /** Rounds that are under way at the same time. */
  concurrency: number;
  seed: number;
  /** Ends it early. */
  signal?: AbortSignal;
  /** How long a failure may be made smaller, in ms; 15 s by default. */
  shrinkTime?: number;
  /** Where in the cases of the seed to go to at once: to a failure that is known. */
  path?: string;
}

/** Cases that are generated from one seed. */
const ROUND = 100;
/** How long a failure may be made smaller, in ms, unless it is told. */
const SHRINK_TIME = 15_000;

class Failed<Finding> extends Error {
  constructor(readonly finding: Finding) {
    super('failed');
  }
}

/**
 * Generates cases in rounds, each from a seed of its own, several at a time. A round ends with a failure,
 * which is shrunk; what has the signature of one before is only counted, by who sends.
 *
 * @returns the number of failures that differ
 */
export async function explore<Case, Finding>(
  exploration: Exploration<Case, Finding>,
): Promise<number> {
  const { cases, check, signatureOf, onFailure, signal, path } = exploration;
  const { shrinkTime = SHRINK_TIME } = exploration;
  const isDone = () => signal?.aborted || exploration.isDone();
  const known = new Set<string>();
  let seed = exploration.seed;

  async function round(seed: number): Promise<void> {
    let shrinkUntil: number | undefined;
    const property = fc.asyncProperty(cases, async (example) => {
      const isOver = signal?.aborted || (shrinkUntil && performance.now() > shrinkUntil);
      if (isOver || (!shrinkUntil && !path && isDone())) return;
      const finding = await check(example);
      if (finding === undefined || known.has(signatureOf(finding))) return;
      shrinkUntil ??= performance.now() + shrinkTime;
      throw new Failed(finding);
    });
    const details = await fc.check(property, { seed, numRuns: ROUND, ...(path && { path }) });
    if (!details.failed) return;
    if (!(details.errorInstance instanceof Failed)) throw details.errorInstance;
    const { finding } = details.errorInstance as Failed<Finding>;
    if (known.has(signatureOf(finding))) return;
    known.add(signatureOf(finding));
    const [example] = details.counterexample as [Case];
    onFailure({ example, finding, seed, path: details.counterexamplePath ?? '' });
  }

  if (path) await round(seed);
  else {
    await Promise.all(
      Array.from({ length: exploration.concurrency }, async () => {
        while (!isDone()) await round(seed++);
      }),
    );
  }
  return known.size;
}
