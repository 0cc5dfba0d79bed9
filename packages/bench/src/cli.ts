import { DatabaseUrlError } from '@heptathlon/db/connect';
import { runCompare } from './compare/cli.js';
import { runMerge } from './merge/cli.js';
import { MergeError } from './merge/result.js';
import { help, readOptions } from './options.js';
import { runProfile } from './profile/cli.js';
import { runBench } from './run.js';
import { soak } from './soak/cli.js';
import { UsageError } from './usage.js';
import { runVerify } from './verify/cli.js';

// Nobody may be there any more to read, as when a terminal was closed: that ends no run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const stop = new AbortController();
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const [signal, code] of Object.entries(exitCodes)) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    process.exitCode = code;
    console.error(`\n${signal}: stopping everything that was started ...`);
    stop.abort(new Error(signal));
  });
}

/** Beside measuring: each reads its own arguments and returns its exit code. */
const commands: Record<string, (args: string[]) => number | Promise<number>> = {
  compare: runCompare,
  merge: runMerge,
  profile: (args) => runProfile(args, stop.signal),
  soak: (args) => soak(args, stop.signal),
  verify: (args) => runVerify(args, stop.signal),
};

try {
  const [name = '', ...args] = process.argv.slice(2);
  const code = await (commands[name]?.(args) ?? main(process.argv.slice(2)));
  process.exitCode ??= code;
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    const mistakes = [UsageError, MergeError, DatabaseUrlError];
    process.exitCode = mistakes.some((Mistake) => error instanceof Mistake) ? 2 : 1;
  }
}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options !== 'help') return runBench(options, stop.signal);
  console.log(help);
  return 0;
}
