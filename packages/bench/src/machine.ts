import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** Where the run took place. */
export interface Machine {
  cpu: string;
  cores: number;
  /** Bytes. */
  memory: number;
  platform: string;
  kernel: string;
  node: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    memory: totalmem(),
    platform: `${platform()} ${arch()}`,
    kernel: release(),
    node: process.versions.node,
  };
}

/** The commit that is checked out in a folder, and whether files differ from it; null outside git. */
export function describeCommit(folder: string): { commit: string | null; dirty: boolean } {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return {
      commit: git('rev-parse', '--short', 'HEAD'),
      dirty: git('status', '--porcelain') !== '',
    };
  } catch {
    return { commit: null, dirty: false };
  }
}
