import { type Options, readOptions } from '../options.js';
import type { Results } from '../result.js';
import { measureRun } from '../run.js';
import { UsageError } from '../usage.js';
import { verifyAgreement } from './agreement.js';
import { verifyControl } from './control.js';
import { verifyOverhead } from './overhead.js';
import { verifyPower } from './power.js';
import { verifyRepeatability } from './repeatability.js';

/** Measures with options of the bench; what came of it. */
export type Measure = (args: string[], change?: Partial<Options>) => Promise<Results>;

/** What is claimed of the bench, and how it was found to be. */
export interface Verdict {
  claim: string;
  holds: boolean;
}

const claims: Record<string, (measure: Measure, files: string[]) => Promise<Verdict>> = {
  'a/a': verifyControl,
  power: verifyPower,
  agreement: verifyAgreement,
  repeatability: verifyRepeatability,
  overhead: verifyOverhead,
};

const help = `Verifies what is claimed of the bench itself, on this machine, with nothing else running.

usage: npm run bench -- verify a/a                   three quick runs of a server against itself: 6 min
       npm run bench -- verify power [full|quick]    finds a server that burns 5 %, or 10 % more: 30 min
       npm run bench -- verify agreement             capacity and cost, wrk and autocannon: 22 min
       npm run bench -- verify repeatability [A B]   two full runs, or those of two results files: 1 h
       npm run bench -- verify overhead [FILE]       what the bench itself uses while it measures: 2 min

Exit code 1 where a claim does not hold.`;

/**
 * `npm run bench -- verify`
 *
 * @returns the exit code
 * @throws {UsageError} where there is no such claim
 */
export async function runVerify([name = '', ...files]: string[], signal: AbortSignal) {
  if ([name, ...files].some((arg) => arg === '--help' || arg === '-h')) {
    console.log(help);
    return 0;
  }
  const verify = claims[name];
  if (!verify) {
    throw new UsageError(`There is no claim "${name}". Claims: ${Object.keys(claims).join(', ')}`);
  }
  const measure: Measure = async (args, change = {}) => {
    const options = readOptions(args);
    if (options === 'help') throw new UsageError('there is no help in a claim');
    const results = await measureRun({ ...options, ...change }, signal);
    signal.throwIfAborted();
    if (!results) throw new UsageError('a dry run verifies nothing');
    return results;
  };
  const { claim, holds } = await verify(measure, files);
  console.log(`\n${holds ? 'holds' : 'DOES NOT HOLD'}: ${claim}`);
  return holds ? 0 : 1;
}
