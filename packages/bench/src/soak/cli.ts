import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from './exit-code.js';
import { help, readSoakOptions } from './options.js';
import type { SoakResults } from './result.js';
import { runSoak } from './run.js';
import { renderSoakTable } from './table.js';
import { writeSoak } from './write.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * `npm run soak`
 *
 * @param signal ends it; what was sampled until then is written
 * @returns the exit code
 * @throws {UsageError} in one line, where the command line is wrong
 * @throws {Error} in one line, where nothing can be soaked
 */
export async function soak(args: string[], signal: AbortSignal): Promise<number> {
  const options = readSoakOptions(args);
  if (options === 'help') {
    console.log(help);
    return 0;
  }
  if ('results' in options) return tell(options.file, options.results);
  const results = await runSoak(options, root, signal);
  const { startedAt, commit } = results;
  const time = startedAt.slice(0, 19).replaceAll(':', '-');
  return tell(options.out ?? `${root}results/soak-${time}-${commit ?? 'no-commit'}.json`, results);
}

async function tell(file: string, results: SoakResults): Promise<number> {
  const { json, report } = await writeSoak(resolve(file), results);
  console.log(`\n${renderSoakTable(results)}\n`);
  console.log(`results: ${json}\nreport:  ${report}`);
  return exitCodeOf(results);
}
