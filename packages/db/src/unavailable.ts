/** The database cannot be reached, or does not answer in time. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable';
}

/** What postgres.js and Node call the ways to lose a connection; QUERY_TIMEOUT is of our patch. */
const LOST_CONNECTION =
  /^((CONNECT|QUERY)_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONN\w+|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;

/**
 * SQLSTATEs that say the same: connection exceptions (08), access refused (28), no such database
 * (3D), insufficient resources (53), operator intervention (57, statement time-outs among them).
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const UNAVAILABLE_STATE = /^(08|28|3D|53|57)...$/;

/** The error to throw in place of one of the driver's, where that says that the database is unavailable. */
export function unavailable(error: unknown): DatabaseUnavailable | undefined {
  // Drizzle wraps the driver's error.
  const driverError = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(driverError instanceof Error && 'code' in driverError)) return undefined;
  const code = String(driverError.code);
  if (!LOST_CONNECTION.test(code) && !UNAVAILABLE_STATE.test(code)) return undefined;
  return new DatabaseUnavailable(driverError.message || code, { cause: driverError });
}
