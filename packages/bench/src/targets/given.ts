import { listTargets, type UrlTarget } from '@heptathlon/targets';
import { UsageError } from '../usage.js';

/**
 * Reads `--target NAME=URL`.
 *
 * @throws {UsageError} in one line, where it is wrong
 */
export function readGivenTarget(text: string): UrlTarget {
  const [, name, url] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || url === undefined) {
    throw new UsageError(`--target is NAME=URL, as in gin=http://127.0.0.1:8080, not "${text}"`);
  }
  checkName(name, '--target');
  return { name, url: readUrl(url, `--target ${name}`), framework: null, version: null };
}

/** A name stands in tables, in file names, and in lists with commas between. */
export function checkName(name: string, where: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._+#-]{0,39}$/u.test(name)) {
    throw new UsageError(
      `${where}: a name is up to 40 letters, digits and . _ + # -, and begins with one of the former, not "${name}"`,
    );
  }
  if (listTargets().some((target) => target.name === name)) {
    throw new UsageError(`${where}: "${name}" is a server of this repository. Take another name.`);
  }
}

/** A base URL, without the slash at its end. */
export function readUrl(text: string, where: string): string {
  const url = URL.parse(text);
  const isBase = url?.protocol === 'http:' && url.pathname === '/' && !url.search && !url.hash;
  if (isBase && !url.username && !url.password) return url.origin;
  throw new UsageError(`${where} must be a URL like http://127.0.0.1:8080, not "${text}"`);
}
