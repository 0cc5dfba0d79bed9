import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.js';
import type { Generator, LoadPlan, LoadReport } from '../generator.js';
import { onCores } from '../pinning.js';
import type { K6 } from './find.js';

const scripts = fileURLToPath(new URL('../../../../k6', import.meta.url));

/** k6's exit code when a threshold was crossed: the run is complete, its answers were not all right. */
const THRESHOLDS_CROSSED = 99;

/** The part that is read of what `k6 run --summary-export` writes; times in ms. */
interface Summary {
  metrics: {
    http_reqs?: { count: number; rate: number };
    http_req_failed?: { passes: number };
    http_req_duration: Record<'med' | 'p(90)' | 'p(99)' | 'p(99.9)' | 'max', number>;
  };
  root_group: { checks: Record<string, { fails: number }> };
}

/** k6 as a generator: it runs the script of the event. */
export function k6Generator({ path, version }: K6): Generator {
  return { name: 'k6', version, run: (plan) => run(path, plan) };
}

async function run(path: string, plan: LoadPlan): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'heptathlon-k6-'));
  try {
    const file = join(folder, 'summary.json');
    const { code, stderr, cpu } = await runChild(
      onCores(plan.cores, [
        ...[path, 'run', '--quiet', '--no-usage-report'],
        ...['--summary-trend-stats=med,p(90),p(99),p(99.9),max', `--summary-export=${file}`],
        join(scripts, `${plan.event}.ts`),
      ]),
      {
        signal: plan.signal,
        env: {
          BASE_URL: plan.url,
          VUS: String(plan.connections),
          DURATION: `${plan.duration}s`,
          RATE: '',
          QUERIES: '',
          MERGE: '',
          ...withoutOwnSettings(),
        },
      },
    );
    if (code !== 0 && code !== THRESHOLDS_CROSSED) {
      throw new Error(`k6 ended with exit code ${code}: ${stderr.trim().split('\n').at(-1)}`);
    }
    return { cpu, load: read(JSON.parse(await readFile(file, 'utf8'))) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** k6 takes every option from `K6_…` too, and would follow those instead of the script. */
function withoutOwnSettings(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => name.startsWith('K6_'));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function read({ metrics, root_group }: Summary): LoadReport['load'] {
  const requests = metrics.http_reqs?.count ?? 0;
  const duration = metrics.http_req_duration;
  return {
    requests,
    seconds: requests / (metrics.http_reqs?.rate ?? 1),
    // An answer can fail several checks: the one that most failed says of how many something was wrong.
    errors: Math.max(
      metrics.http_req_failed?.passes ?? 0,
      ...Object.values(root_group.checks).map(({ fails }) => fails),
    ),
    latency: {
      p50: duration.med,
      p90: duration['p(90)'],
      p99: duration['p(99)'],
      p999: duration['p(99.9)'],
      max: duration.max,
    },
  };
}
