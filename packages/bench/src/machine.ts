import { arch, cpus, platform, release, totalmem } from 'node:os';
import { readQuota } from '@heptathlon/server/cores';

/** Where the run took place. */
export interface Machine {
  cpu: string;
  cores: number;
  /** How many CPUs' time its control groups let the run have; not there where there is no limit. */
  quota?: number;
  /** Bytes. */
  memory: number;
  platform: string;
  kernel: string;
  node: string;
  /** Variables of whoever started the run that servers follow, by name, where they were set; `SETTINGS` are looked for. */
  environment?: Record<string, string>;
}

/**
 * What servers take from the environment of the run: it decides what they cost, and belongs beside the figures. By name, as
 * others may be secrets. Not ours, each of which the plan or the target sets.
 */
const SETTINGS = [
  ...['NODE_OPTIONS', 'NODE_DEBUG', 'NODE_V8_COVERAGE', 'NODE_DISABLE_COMPILE_CACHE'],
  ...['UV_THREADPOOL_SIZE', 'UV_USE_IO_URING', 'BUN_OPTIONS', 'DENO_V8_FLAGS', 'DEBUG'],
  ...['LD_PRELOAD', 'GLIBC_TUNABLES', 'MALLOC_ARENA_MAX', 'MALLOC_CONF'],
  ...['QUEUE_SIZE', 'HEADERS_TIMEOUT', 'REQUEST_TIMEOUT', 'KEEP_ALIVE_TIMEOUT'],
];

/** Describes this machine. */
export function describeMachine(): Machine {
  const all = cpus();
  const quota = readQuota();
  return {
    cpu: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    ...(Number.isFinite(quota) && { quota }),
    memory: totalmem(),
    platform: `${platform()} ${arch()}`,
    kernel: release(),
    node: process.versions.node,
    environment: {
      // Whatever ours is: `startTarget` sets it for all.
      NODE_ENV: 'production',
      ...Object.fromEntries(
        SETTINGS.flatMap((name) => {
          const value = process.env[name];
          return value ? [[name, value]] : [];
        }),
      ),
    },
  };
}

/** What the run was limited to, and told by its environment, in words after a comma each; none as a rule. */
export function describeLimits({ quota, environment = {} }: Machine): string {
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [
    ...(quota === undefined ? [] : [`limited to the time of ${quota} CPUs`]),
    ...(set.length === 0 ? [] : [`with ${set.join(' ')}`]),
  ]
    .map((text) => `, ${text}`)
    .join('');
}
