import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is wrong; the message says what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What options are made of. */
export const string = { type: 'string' } as const;
export const boolean = { type: 'boolean' } as const;

/**
 * Node's `parseArgs`, whose complaints are a line for the user.
 *
 * @param command what has the help, after `npm run`: `bench -- merge`
 * @throws {UsageError} where it complains
 */
export function parseUsage<T extends ParseArgsConfig>(command: string, config: T) {
  try {
    return parseArgs(config);
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new UsageError(`${message}. See npm run ${command} --help`);
  }
}
