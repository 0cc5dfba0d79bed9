import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RESULTS_VERSION, type Results, type Slice } from './result.js';
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
  if (results.version !== RESULTS_VERSION && results.version !== BEFORE) {
    throw new UsageError(
      `${file} is no results file of version ${BEFORE} or ${RESULTS_VERSION}, which is what this bench reads.`,
    );
  }
  const current = results.version === BEFORE ? fromBefore(results as Results) : results;
  const fault = findFault(current);
  if (fault) throw new UsageError(`${file} is no results file: ${fault}.`);
  return current as Results;
}

/** The version before, which is read as if it were this one. */
const BEFORE = 5;

/** In that version a load could take the last counts of the load before it for its own. */
const MISCOUNTED =
  'what was done in that time is not known: it was counted from a moment before it';

/** It did not tell the driver, and there was one alone. */
const PATCHED = { name: 'postgres', version: '3.4.9', patch: 'patches/postgres@3.4.9.patch' };

/**
 * Marks what the version before did not know and wrote down as a number: turns with fewer than no request, which count
 * in no figure of a phase, and slices of a warm-up without a cost.
 */
function fromBefore(results: Results): Results {
  const cells = results.cells?.map((cell) => ({
    ...cell,
    warmUp: cell.warmUp && {
      ...cell.warmUp,
      trace: cell.warmUp.trace.map(({ seconds, cost }) => ({ seconds, cost: cost || null })),
    },
    phases: Object.fromEntries(
      Object.entries(cell.phases).map(([name, { usage, slices, ...phase }]) => {
        const turns = slices?.map((slice): Slice => {
          const isKnown = slice.counts || (slice.requests ?? 0) >= 0;
          return isKnown
            ? slice
            : { requests: null, seconds: null, cost: null, counts: false, leftOut: MISCOUNTED };
        });
        return [
          name,
          {
            ...phase,
            usage: usage && { ...usage, othersBusy: null },
            ...(turns && { slices: turns }),
          },
        ];
      }),
    ),
  }));
  const targets = results.targets?.map((target) => ({
    ...target,
    ...(target.framework !== null && { driver: PATCHED }),
  }));
  return {
    ...results,
    ...(cells && { cells }),
    ...(targets && { targets }),
    version: RESULTS_VERSION,
  };
}

/** What is wrong with results, by their schema: where, and what; undefined where nothing is. */
export function findFault(results: unknown): string | undefined {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  if (validate(results)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || '/'} ${error?.message}`;
}
