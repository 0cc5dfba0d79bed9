import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Readiness, Target, UrlTarget } from '@heptathlon/targets';
import { UsageError } from '../usage.js';
import { checkName, readUrl } from './given.js';

/** An object of a JSON file. */
type Entry = Record<string, unknown>;

/**
 * Reads a targets file, which names servers, and how each is started or where it runs:
 *
 * ```json
 * {
 *   "gin": {
 *     "command": ["./gin-server"],
 *     "cwd": "../gin",
 *     "env": { "GIN_MODE": "release" },
 *     "ready": { "path": "/db", "timeout": 10 }
 *   },
 *   "actix": { "url": "http://127.0.0.1:8081" }
 * }
 * ```
 *
 * A command is started in `cwd`, which is relative to the file; without it, in the file's own folder. It
 * gets PORT, HOST, DATABASE_URL, POOL_SIZE and WORKERS as our servers do. A server is ready when it answers
 * a GET of `ready.path` (/plaintext) with 2xx, which may take `ready.timeout` seconds (30).
 *
 * @throws {UsageError} in one line, where it cannot be read, or an entry is wrong
 */
export function readTargetsFile(file: string): (Target | UrlTarget)[] {
  const entries = Object.entries(asObject(parse(file), file));
  if (entries.length === 0) throw new UsageError(`${file} names no target.`);
  return entries.map(([name, entry]) => {
    const where = `${file}: "${name}"`;
    checkName(name, file);
    return readEntry(name, asObject(entry, where), where, dirname(resolve(file)));
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : 'it is no JSON';
    throw new UsageError(`${file} cannot be read (${cause}).`);
  }
}

function readEntry(name: string, entry: Entry, where: string, folder: string): Target | UrlTarget {
  const common = {
    ...{ name, framework: null, version: null },
    ...(entry.ready !== undefined && { ready: readReadiness(entry.ready, `${where}: ready`) }),
  };
  if ('command' in entry === 'url' in entry) {
    throw new UsageError(`${where} must have a command or a url.`);
  }
  if ('url' in entry) {
    checkKeys(entry, ['url', 'ready'], where);
    return { ...common, url: readUrl(asText(entry.url, `${where}: url`), `${where}: url`) };
  }
  checkKeys(entry, ['command', 'cwd', 'env', 'ready'], where);
  return {
    ...common,
    command: readCommand(entry.command, `${where}: command`),
    cwd: resolve(folder, entry.cwd === undefined ? '.' : asText(entry.cwd, `${where}: cwd`)),
    ...(entry.env !== undefined && { env: readEnv(entry.env, `${where}: env`) }),
  };
}

function readCommand(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new UsageError(`${where} must be a list: the program and its arguments.`);
  }
  return value.map((each) => asText(each, `${where}: each of the list`));
}

function readEnv(value: unknown, where: string): Record<string, string> {
  const entries = Object.entries(asObject(value, where));
  return Object.fromEntries(
    entries.map(([name, text]) => [name, asText(text, `${where}: ${name}`)]),
  );
}

function readReadiness(value: unknown, where: string): Readiness {
  const entry = asObject(value, where);
  checkKeys(entry, ['path', 'timeout'], where);
  const { path, timeout } = entry;
  if (path !== undefined && !(typeof path === 'string' && path.startsWith('/'))) {
    throw new UsageError(`${where}.path must begin with a slash.`);
  }
  if (timeout === undefined) return path === undefined ? {} : { path };
  if (!(typeof timeout === 'number' && timeout > 0 && timeout <= 3600)) {
    throw new UsageError(`${where}.timeout must be seconds up to 3600.`);
  }
  return { ...(path !== undefined && { path }), timeout: timeout * 1000 };
}

function checkKeys(entry: Entry, known: string[], where: string): void {
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new UsageError(`${where} has no "${unknown}". It has: ${known.join(', ')}`);
}

function asObject(value: unknown, where: string): Entry {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entry;
  throw new UsageError(`${where} must be an object.`);
}

function asText(value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new UsageError(`${where} must be text.`);
}
