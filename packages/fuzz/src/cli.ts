import { findLogged, findSick } from './health.js';
import { help, type Options, readOptions, UsageError } from './options.js';
import { Progress } from './progress.js';
import { fuzzRaw, type RawResult } from './raw.js';
import { describeFailure, describeRawFailure } from './report.js';
import { fuzzRequests, type Result } from './requests.js';
import { type Server, startServers } from './servers.js';
import { summarise } from './summary.js';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(help);
  else process.exitCode = await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main(options: Options): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
  console.error(`seed ${options.seed}`);
  console.error('Starting the servers ...');
  const started = await startServers(options.targets, stop.signal);
  try {
    const found = await fuzz(options, started.servers, stop.signal);
    if (stop.signal.aborted) console.error('Stopped before the end.');
    return found || stop.signal.aborted ? 1 : 0;
  } finally {
    await started.stop();
  }
}

/** Sends all that was asked for. @returns whether something was found */
async function fuzz(options: Options, servers: Server[], signal: AbortSignal): Promise<boolean> {
  const { seed, path } = options;
  const common = { seed, signal, ...(path && { path }) };
  let result: Result | undefined;
  let raw: RawResult | undefined;
  try {
    if (options.requests > 0) {
      const progress = new Progress('requests', options.requests);
      result = await fuzzRequests(servers, {
        ...common,
        requests: options.requests,
        onProgress: (done) => progress.did(done),
        onFailure: (failure) => {
          progress.clear();
          console.log(`${describeFailure(failure, servers)}\n`);
        },
      });
      progress.clear();
    }
    if (options.raw > 0 && !(path && result)) {
      const progress = new Progress('bytes', options.raw);
      raw = await fuzzRaw(servers, {
        ...common,
        connections: options.raw,
        onProgress: (done) => progress.did(done),
        onFailure: (failure) => {
          progress.clear();
          console.log(`${describeRawFailure(failure, servers)}\n`);
        },
      });
      progress.clear();
    }
  } catch (error) {
    // A server that is gone: the lines about the sick say more.
    console.log(`${error instanceof Error ? error.message : error}\n`);
  }
  const sick = signal.aborted ? [] : [...(await findSick(servers)), ...findLogged(servers)];
  for (const line of sick) console.log(line);
  console.log(summarise(seed, result, raw));
  const ran = result !== undefined || raw !== undefined;
  return !ran || sick.length > 0 || (result?.failures ?? 0) > 0 || (raw?.failures ?? 0) > 0;
}
