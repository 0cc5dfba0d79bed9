import type { Middleware } from 'koa';

/**
 * The router matches the path as it was sent. Here the escapes of unreserved characters are decoded first,
 * as they mean the same with and without (RFC 3986, section 6.2.2.2).
 *
 * @throws {URIError} where an escape is malformed or does not decode to UTF-8
 */
export const decodePath: Middleware = (ctx, next) => {
  const { path } = ctx;
  if (path.includes('%')) {
    decodeURIComponent(path);
    ctx.path = path.replace(/%[0-9a-f]{2}/gi, (octet) => {
      const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : octet;
    });
  }
  return next();
};
