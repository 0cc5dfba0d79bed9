import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Results } from '../result.js';
import { formatJson } from './json.js';
import { causeOf } from './writable.js';
import { type Written, writeResults, writeWhole } from './write.js';

/**
 * Where a run is kept, round by round. Where that cannot be written, it is kept in a temporary folder:
 * what took hours to measure is not lost to a disk that is full.
 */
export class ResultsFile {
  #aside: string | undefined;
  #failure: string | undefined;

  /** @param file `.json` */
  constructor(readonly file: string) {}

  /** Why the file could not be written the last time, in a line; undefined where it could. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /**
   * Keeps what is measured so far: a run that is killed later can be resumed from it.
   *
   * @returns where it is
   * @throws {Error} in one line, where it can be kept nowhere
   */
  async keep(results: Results): Promise<string> {
    const text = formatJson({ ...results, interrupted: true });
    return this.#write(async (file) => {
      await writeWhole(file, text);
      return file;
    });
  }

  /**
   * Writes the results, and report and tables beside them.
   *
   * @throws {Error} in one line, where they can be written nowhere
   */
  async finish(results: Results): Promise<Written> {
    return this.#write((file) => writeResults(file, results));
  }

  async #write<T>(write: (file: string) => Promise<T>): Promise<T> {
    try {
      const done = await write(this.file);
      this.#failure = undefined;
      if (this.#aside) await rm(this.#aside, { recursive: true, force: true });
      this.#aside = undefined;
      return done;
    } catch (error) {
      this.#failure = `${this.file} cannot be written (${causeOf(error)})`;
    }
    try {
      this.#aside ??= await mkdtemp(join(tmpdir(), 'heptathlon-results-'));
      return await write(join(this.#aside, basename(this.file)));
    } catch (error) {
      throw new Error(
        `${this.#failure}, nor can ${tmpdir()} (${causeOf(error)}).${await this.#leave()}`,
      );
    }
  }

  /** Says what there is in the temporary folder, which goes where there is nothing. */
  async #leave(): Promise<string> {
    const folder = this.#aside;
    if (!folder) return '';
    try {
      await rmdir(folder);
      this.#aside = undefined;
      return '';
    } catch {
      return ` What could be kept is in ${folder}.`;
    }
  }
}
