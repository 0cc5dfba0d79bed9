import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../usage.js';

/** What a disk says that is full, or broken: no mistake in a command. */
const DISK = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

/**
 * Tries, before anything is measured, whether a file can be written; makes its folder.
 *
 * @throws {UsageError} in one line, where it cannot
 * @throws {Error} likewise, where the disk is to blame
 */
export async function checkWritable(file: string): Promise<void> {
  const trial = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const found = await stat(file).catch(() => undefined);
    if (found && !found.isFile()) throw new Error('it is no file');
    const handle = await open(trial, 'w');
    try {
      await handle.writeFile('{}');
      await handle.sync();
    } finally {
      await handle.close();
      await rm(trial, { force: true });
    }
  } catch (error) {
    const cause = causeOf(error);
    const message = `${file} cannot be written (${cause}): name another with --out.`;
    throw DISK.includes(cause) ? new Error(message) : new UsageError(message);
  }
}

/** An error of the file system, as short as it is told. */
export const causeOf = (error: unknown): string =>
  error instanceof Error ? String('code' in error ? error.code : error.message) : String(error);
