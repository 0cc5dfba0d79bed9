/** The database cannot be reached, or does not answer in time. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable';
}

/** What postgres.js and Node call the ways to lose a connection. */
const LOST =
  /^(CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONN(RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ERR_(SOCKET_CLOSED|STREAM_DESTROYED))$/;

/** What Node calls it where nobody listens: there was no connection to lose. */
const NOT_THERE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT)$/;

/**
 * SQLSTATEs that say the same: connection exceptions (08), access refused (28), no such database
 * (3D), insufficient resources (53), operator intervention (57, statement time-outs among them).
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const UNAVAILABLE_STATE = /^(08|28|3D|53|57)...$/;

/** The driver's error and its code; Drizzle wraps it. */
function read(error: unknown): { cause: unknown; code: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { cause, code: cause instanceof Error && 'code' in cause ? String(cause.code) : '' };
}

/** Whether an error of the driver's says that a connection was lost. */
export const isLost = (error: unknown): boolean => LOST.test(read(error).code);

/** The error to throw in place of one of the driver's, where that says that the database is unavailable. */
export function unavailable(error: unknown): DatabaseUnavailable | undefined {
  const { cause, code } = read(error);
  if (![LOST, NOT_THERE, UNAVAILABLE_STATE].some((codes) => codes.test(code))) return undefined;
  return new DatabaseUnavailable((cause as Error).message || code, { cause });
}
