import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finished, runChild } from '../child.js';
import { GeneratorDied } from '../generator.js';
import { type K6Result, readResult } from '../merge/result.js';
import { onCores } from '../pinning.js';

const scripts = fileURLToPath(new URL('../../../../k6', import.meta.url));

/** k6's exit code when a threshold was crossed: the run is complete, its answers were not all right. */
const THRESHOLDS_CROSSED = 99;

/** What the scripts of events say when the load begins. */
const START = 'the load begins';

/** An empty file of settings, in the place of one that the user may have in the home folder. */
const config = fileURLToPath(new URL('../../src/k6/config.json', import.meta.url));

/** The beginning of the command line that runs a script with nothing but its own settings. */
export const runCommand = (k6: string) => [
  ...[k6, 'run', '--quiet', '--no-usage-report', '--config', config],
];

interface ScriptOptions {
  /** As `taskset` takes them; undefined: any. */
  cores: string | undefined;
  /** Is told when the load of an event begins. */
  onStart?: () => void;
  signal: AbortSignal;
}

/**
 * Runs a script of `k6/` to its end.
 *
 * @param env what the script reads; variables that it reads and that are not named are unset
 * @throws {GeneratorDied} where k6 was ended by another
 * @throws {Error} where k6 fails, other than by a threshold, or is ended by the signal
 */
export async function runScript(
  k6: string,
  script: string,
  env: Record<string, string>,
  { cores, onStart, signal }: ScriptOptions,
): Promise<K6Result & Pick<Finished, 'trace'>> {
  const file = join(scripts, `${script}.ts`);
  const { code, killedBy, stdout, stderr, trace } = await runChild(
    onCores(cores, [...runCommand(k6), file]),
    {
      signal,
      env: { ...withoutSettings(), ...env, MERGE: 'true' },
      ...(onStart && { onStderr: (text) => text.includes(START) && onStart() }),
    },
  );
  if (killedBy) throw new GeneratorDied('k6', killedBy);
  if (code !== 0 && code !== THRESHOLDS_CROSSED) {
    throw new Error(`k6 ended with exit code ${code}: ${stderr.trim().split('\n').at(-1)}`);
  }
  return { ...readResult(stdout, 'the output of k6'), trace };
}

/** Variables that k6, a Go program, follows: its own options, what tunes Go, and proxies, which other generators ignore. */
const FOLLOWED = /^(K6_.*|GO(GC|DEBUG|MAXPROCS|MEMLIMIT)|((http|https|no|all)_proxy))$/i;

/** What the scripts read, and what k6 would follow instead of them. */
function withoutSettings(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => FOLLOWED.test(name));
  const settings = ['VUS', 'DURATION', 'RATE', 'QUERIES', ...names];
  return Object.fromEntries(settings.map((name) => [name, undefined]));
}
