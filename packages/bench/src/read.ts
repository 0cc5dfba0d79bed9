import { readFileSync } from 'node:fs';
import { UsageError } from './options.js';
import { RESULTS_VERSION, type Results } from './result.js';

/**
 * Reads a results file.
 *
 * @throws {UsageError} in one line, where it cannot be read or is no results file of this version
 */
export function readResults(file: string): Results {
  let results: Results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : 'it is no JSON';
    throw new UsageError(`${file} cannot be read (${cause}).`);
  }
  if (results?.version !== RESULTS_VERSION) {
    throw new UsageError(
      `${file} is no results file of version ${RESULTS_VERSION}, which is what this bench reads.`,
    );
  }
  return results;
}
