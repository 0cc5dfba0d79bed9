import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { findTarget, listTargets, type Target, type UrlTarget } from '@heptathlon/targets';

/** What a run is told by its command line. */
export interface Options {
  targets: (Target | UrlTarget)[];
  /** Requests for each target. */
  requests: number;
  /** Connections with bytes that are hardly HTTP, for each target. */
  raw: number;
  seed: number;
  /** The path of a failure, to see it again. */
  path: string | undefined;
}

/** The command line is wrong; the message says what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What `--help` prints. */
export const help = `Sends requests that are generated from openapi.yaml, and ones near them, to all targets at once. Fails where two
answers differ, where one is not what the rule book says, a 5xx or slower than 1 s, and shows the smallest request
that does it. Then sends bytes that are hardly HTTP: nothing may crash, hang, or answer a request that is hidden in
the body of another.

usage: npm run fuzz -- [options]

  --requests N      for each target (20000)
  --raw N           connections with bytes that are hardly HTTP, for each target (5000)
  --targets A,B     servers: ${listTargets()
    .map(({ name }) => name)
    .join(', ')} (all)
  --url NAME=URL    a server that runs already, in their place, or beside those of --targets; can be given
                    several times
  --seed N          the same seed gives the same requests (random, and always printed)
  --path P          sees a failure again: with its --seed, and --requests 0 where it is one of bytes
  --help

Exit code: 0 if nothing was found, 1 if something was, 2 for a mistake in the command.`;

/**
 * Reads the command line.
 *
 * @returns the options, or 'help'
 * @throws {UsageError} in one line, where it is wrong
 */
export function readOptions(args: string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const path = values.path;
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) {
    throw new UsageError(`--path is what a failure has printed, like 12:0:3, not "${path}"`);
  }
  if (path !== undefined && values.seed === undefined) {
    throw new UsageError('--path needs the --seed that was printed with it');
  }
  return {
    targets: chooseTargets(values.targets, values.url ?? []),
    requests: whole('requests', values.requests, 20_000),
    raw: whole('raw', values.raw, 5000),
    // A third of what fast-check takes: each round has the next seed.
    seed: whole('seed', values.seed, randomInt(1_000_000_000)),
    path,
  };
}

function parse(args: string[]) {
  const string = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        requests: string,
        raw: string,
        targets: string,
        url: { ...string, multiple: true },
        seed: string,
        path: string,
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    throw new UsageError(`${message}. See npm run fuzz -- --help`);
  }
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value < 2 ** 31) return value;
  throw new UsageError(`--${name} is a whole number, not "${text}"`);
}

function chooseTargets(names: string | undefined, urls: string[]): (Target | UrlTarget)[] {
  const given = urls.map((text): UrlTarget => {
    const [, name = '', url = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const parsed = URL.parse(url);
    if (parsed?.protocol !== 'http:' || parsed.pathname !== '/') {
      throw new UsageError(`--url is like go=http://127.0.0.1:8080, not "${text}"`);
    }
    return { name, url: parsed.origin, framework: null, version: null };
  });
  if (names === undefined) return given.length > 0 ? given : listTargets();
  const targets = [...names.split(',').map(find), ...given];
  const twice = targets.find(
    ({ name }, index) => targets.findIndex((other) => other.name === name) < index,
  );
  if (twice) throw new UsageError(`"${twice.name}" is named twice`);
  return targets;
}

function find(name: string): Target {
  try {
    return findTarget(name);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
