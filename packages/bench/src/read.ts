import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RESULTS_VERSION, type Results } from './result.js';
import { UsageError } from './usage.js';

const schema = new URL('../results.schema.json', import.meta.url);

/**
 * Reads a results file.
 *
 * @throws {UsageError} in one line, where it cannot be read or is no results file of this version
 */
export function readResults(file: string): Results {
  let results: unknown;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? error.code : 'it is no JSON';
    throw new UsageError(`${file} cannot be read (${cause}).`);
  }
  if (typeof results !== 'object' || !results || !('version' in results)) {
    throw new UsageError(`${file} is no results file.`);
  }
  if (results.version !== RESULTS_VERSION) {
    throw new UsageError(
      `${file} is no results file of version ${RESULTS_VERSION}, which is what this bench reads.`,
    );
  }
  const fault = findFault(results);
  if (fault) throw new UsageError(`${file} is no results file: ${fault}.`);
  return results as Results;
}

/** What is wrong with results, by their schema: where, and what; undefined where nothing is. */
export function findFault(results: unknown): string | undefined {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  if (validate(results)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message}`;
}
