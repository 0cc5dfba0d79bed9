import postgres, { type Options, type Sql } from 'postgres';

/** A URL of a database is wrong; the message says in one line what it should be, and never what password it has. */
export class DatabaseUrlError extends Error {
  override name = 'DatabaseUrlError';
}

/** What a URL says: the place for people, and what the driver does not read by itself. */
export interface Address {
  /** Without what is in `options`. */
  url: string;
  /** As in `The database heptathlon at 127.0.0.1:5432`. */
  place: string;
  database: string;
  user: string;
  options: { database?: string; host?: string };
}

/**
 * Reads the URL of a database. A name may be percent-encoded; `?host=/var/run/postgresql` is a Unix socket, as for
 * PostgreSQL's own clients.
 *
 * @throws {DatabaseUrlError} where it is none, or asks for what the driver cannot do
 */
export function readDatabaseUrl(text: string): Address {
  // Without a host there may be a user, as before a socket: RFC 3986 allows it, URLs of browsers do not.
  const url = URL.parse(text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?#]|$)/, '$1localhost'));
  const scheme = /^\w+:\/\//.exec(text)?.[0];
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new DatabaseUrlError(
      scheme && !/^postgres(ql)?:\/\/$/.test(scheme)
        ? `The URL of a database has to start with postgres:// or postgresql://, not with ${scheme}`
        : 'The URL of a database has to be one like postgres://user:password@127.0.0.1:5432/heptathlon',
    );
  }
  if (url.searchParams.get('channel_binding') === 'require') {
    throw new DatabaseUrlError(
      'The driver, postgres.js, has no channel binding: leave channel_binding=require out of the URL of the database.',
    );
  }
  const host = url.searchParams.get('host');
  if (/,/.test(host ?? url.host)) {
    throw new DatabaseUrlError('The URL of a database has to name one host, not several.');
  }
  for (const name of ['channel_binding', 'host']) url.searchParams.delete(name);
  const database = decodeURIComponent(url.pathname.slice(1));
  const place = `The database ${database} at ${host ?? url.host}`;
  return {
    ...{ url: url.href, place, database, user: decodeURIComponent(url.username) },
    options: { ...(database && { database }), ...(host && { host }) },
  };
}

/**
 * Opens connections to a database; nothing is sent before the first query.
 *
 * @param url as `readDatabaseUrl` reads it
 * @param options the driver's
 * @throws {DatabaseUrlError}
 */
// biome-ignore lint/complexity/noBannedTypes: the driver's own word for no types of the user's
export function connect(url: string, options: Options<{}>): Sql {
  const address = readDatabaseUrl(url);
  return postgres(address.url, { ...options, ...address.options });
}
