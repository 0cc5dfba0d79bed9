import { runSuite } from '@heptathlon/conformance';
import { type RunningTarget, startTarget, type Target } from '@heptathlon/targets';
import type { Generator } from './generator.js';
import { onCores, type Pinning } from './pinning.js';
import { WARM_UP } from './plan.js';
import type { Progress } from './progress.js';
import type { Cell, Load } from './result.js';
import { sampleTree } from './sample.js';

/** What a target is measured with. */
export interface Setting {
  round: number;
  /** What its cells are called: the target's name, or the control's. */
  name: string;
  poolSize: number;
  /** A number, or `auto`. */
  workers: string;
  /** Which cores are whose; null: any. */
  pinning: Pinning | null;
  events: string[];
  /** s */
  duration: number;
  connections: number;
  generator: Generator;
  databaseUrl: string;
  /** PostgreSQL's process id, or undefined where it is not ours. */
  postgresPid: number | undefined;
  progress: Progress;
  signal: AbortSignal;
}

/** How often memory is looked at, in ms. */
const SAMPLE_INTERVAL = 200;

/**
 * Starts a target afresh, proves it, and measures each event.
 *
 * @param onCell is told of each cell as soon as it is finished
 * @throws the signal's reason, where it ends the measurement; everything else makes a cell void
 */
export async function measureTarget(
  target: Target,
  setting: Setting,
  onCell: (cell: Cell) => void,
): Promise<void> {
  const { round, name, events, signal, progress, databaseUrl } = setting;
  const voidFrom = (first: number, reason: string) => {
    for (const event of events.slice(first)) {
      onCell({ round, target: name, event, load: null, cost: null, void: reason });
    }
  };
  signal.throwIfAborted();
  progress.doing(`${name}: starting`);
  const env = {
    LOG_LEVEL: 'warn',
    POOL_SIZE: String(setting.poolSize),
    WORKERS: setting.workers,
  };
  const pinned = { ...target, command: onCores(setting.pinning?.server, target.command) };
  const server = await startTarget(pinned, { databaseUrl, env }).catch((error: Error) => error);
  if (server instanceof Error) return voidFrom(0, telling(server.message));
  let died = false;
  void server.exited.then(() => {
    died = true;
  });
  try {
    signal.throwIfAborted();
    progress.doing(`${name}: proving it with the conformance suite`);
    const { failed, results } = await runSuite(server.url, { signal });
    signal.throwIfAborted();
    if (failed > 0) {
      const rules = results.filter(({ status }) => status === 'failed').map(({ rule }) => rule);
      return voidFrom(0, `it breaks the rule book: ${rules.join(', ')}`);
    }
    for (const [index, event] of events.entries()) {
      const cell = await measureCell(event, server, setting);
      if (died) {
        return voidFrom(index, await explainDeath(server));
      }
      onCell(cell);
    }
  } finally {
    await server.stop();
  }
}

async function measureCell(
  event: string,
  server: { url: string; pid: number },
  setting: Setting,
): Promise<Cell> {
  const { generator, duration, connections, postgresPid, progress, signal } = setting;
  const { round, name: target } = setting;
  const cores = setting.pinning?.others;
  const plan = { event, url: server.url, connections, cores, signal };
  let rss = 0;
  const sampler = setInterval(async () => {
    rss = Math.max(rss, (await sampleTree(server.pid)).rss);
  }, SAMPLE_INTERVAL);
  try {
    progress.doing(`${target} ${event}: warming up`);
    await generator.run({ ...plan, duration: WARM_UP });
    progress.doing(`${target} ${event}: measuring`);
    const usage = async () => ({
      server: await sampleTree(server.pid),
      postgres: postgresPid === undefined ? undefined : await sampleTree(postgresPid),
    });
    // A server that is not loaded uses next to nothing: the generator's own start costs it no CPU time.
    const before = await usage();
    const { load, cpu } = await generator.run({ ...plan, duration });
    const after = await usage();
    return {
      round,
      target,
      event,
      load,
      cost: {
        serverCpu: after.server.cpu - before.server.cpu,
        serverRss: Math.max(rss, after.server.rss),
        postgresCpu:
          after.postgres && before.postgres ? after.postgres.cpu - before.postgres.cpu : null,
        generatorCpu: cpu,
      },
      void: findFault(load),
    };
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { round, target, event, load: null, cost: null, void: reason };
  } finally {
    clearInterval(sampler);
  }
}

/** Why a load says nothing about the server, or null. */
function findFault({ requests, errors }: Load): string | null {
  // autocannon counts answers, k6 requests: failures can outnumber the former.
  if (errors > 0)
    return `${errors} requests failed or had a wrong answer, ${requests} were counted`;
  return requests > 0 ? null : 'not one request was answered';
}

/** How a server ended, and the line of its output that says why. */
async function explainDeath({ exited, output }: RunningTarget): Promise<string> {
  const { code, signal } = await exited;
  const said = telling(output());
  return `the server died (${signal ?? `exit code ${code}`})${said ? `: ${said}` : ''}`;
}

/** The line that tells what happened, of all that a program printed. */
function telling(output: string): string {
  const lines = output
    .split('\n')
    // What Node prints around the message of an error that nobody caught.
    .filter((line) => !/^\s*(at .*|\^*|[{}]|Node\.js v\S+)$/.test(line));
  return (lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').trim();
}
