import type { RequestHandler } from 'express';

/**
 * Express matches the path as it was sent. Here the escapes of unreserved characters are decoded first,
 * as they mean the same with and without (RFC 3986, section 6.2.2.2).
 *
 * @throws {URIError} where an escape is malformed or does not decode to UTF-8
 */
export const decodePath: RequestHandler = (request, _response, next) => {
  const { path, url } = request;
  if (path.includes('%')) {
    decodeURIComponent(path);
    const decoded = path.replace(/%[0-9a-f]{2}/gi, (octet) => {
      const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : octet;
    });
    request.url = url.replace(path, () => decoded);
  }
  next();
};
