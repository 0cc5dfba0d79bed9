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
