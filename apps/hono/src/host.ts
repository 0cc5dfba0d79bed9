import type { Hono } from 'hono';
import { refuse } from './strict.js';

/** A name or an address, and a port (RFC 9110, section 7.2). */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d*)?$/i;

/**
 * Refuses a request whose Host is none, or whose target makes no URL of it. Bun and Deno put it before the target as it is, which then is another path, or
 * no URL; node-server looks at it by itself.
 */
export function checkHost<Rest extends unknown[]>(
  fetch: (request: Request, ...rest: Rest) => ReturnType<Hono['fetch']>,
) {
  // Most requests have the Host of the one before.
  let known: string | undefined;
  return (request: Request, ...rest: Rest): Response | Promise<Response> => {
    // A target that is a URL of its own, and none that has a host.
    if (!/^https?:\/\/./.test(request.url)) return refuse();
    const host = request.headers.get('host') ?? '';
    if (host !== known) {
      if (!HOST.test(host) || !URL.canParse(`http://${host}/`)) return refuse();
      known = host;
    }
    return fetch(request, ...rest);
  };
}
