import { problems } from './generated.js';

/** The problem details of one of the errors in the rule book. */
export type KnownProblem = (typeof problems)[keyof typeof problems];

/** The media type of every error's body (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

const byStatus = new Map<unknown, KnownProblem>(
  Object.values(problems).map((problem) => [problem.status, problem]),
);

/**
 * The problem details of an error that a framework or library raised: its own status where the rule
 * book lists it, 400 for any other client error, 500 for everything else. Nothing of the error's text
 * is in it.
 *
 * @param status the HTTP status code that the error carries, if any
 */
export function problemFor(status: unknown): KnownProblem {
  const known = byStatus.get(status);
  if (known) return known;
  return typeof status === 'number' && status >= 400 && status < 500
    ? problems[400]
    : problems[500];
}
