import type { ServerResult, SoakResults } from '../../src/soak/result.js';

/** Ten minutes of samples, one each 3 s. */
const at = Array.from({ length: 200 }, (_, index) => index * 3);
const series = (value: (second: number) => number | null) => at.map(value);
/** Noise that is the same each time. */
const wave = (second: number) => Math.sin(second * 7) + Math.sin(second * 0.9);

/** A server that does not change, unless it is told. */
export function serverOf(name: string, change: Partial<ServerResult> = {}): ServerResult {
  return {
    ...{ name, framework: 'fastify', version: '5.0.0', runtime: 'Node 26.0.0' },
    ...{ capacity: 4500, rate: 250, died: null, at },
    answers: { sent: 1000, right: 990, excused: 10, wrong: 0, dropped: 0, examples: [] },
    samples: {
      heap: series((second) => (20 + 0.1 * wave(second)) * 2 ** 20),
      native: series((second) => (60 + 2 * wave(second)) * 2 ** 20),
      rss: series((second) => (120 + 4 * wave(second)) * 2 ** 20),
      descriptors: series(() => 60),
      connections: series(() => 4),
      delay: series((second) => (second === 0 ? null : 5 + wave(second))),
    },
    faults: [
      { fault: 'table locked', isOfDatabase: true, from: 150, to: 153.2 },
      { fault: 'clients vanish', isOfDatabase: false, from: 200, to: 202 },
    ],
    ...change,
  };
}

/** The samples of a server of which one metric changes with time. */
export function samplesWith(
  metric: keyof ServerResult['samples'],
  value: (second: number) => number | null,
): Pick<ServerResult, 'samples'> {
  return { samples: { ...serverOf('').samples, [metric]: series(value) } };
}

/** Results as a soak would have written them. */
export function soakOf(servers: ServerResult[]): SoakResults {
  return {
    ...{ kind: 'soak', version: 1, startedAt: '2026-01-02T03:04:05.000Z', interrupted: false },
    ...{ command: 'npm run soak -- --minutes 10', commit: '1a2b3c4', dirty: false },
    machine: {
      ...{ cpu: 'A processor', cores: 2, memory: 8 * 2 ** 30 },
      ...{ platform: 'linux x64', kernel: '6.0', node: '26.0.0' },
    },
    postgres: { version: '18.4', embedded: true },
    plan: {
      ...{ seed: 1, duration: 600, warmUp: 120, interval: 3 },
      ...{ faultInterval: 10, saturation: 4, sideBySide: servers.length },
    },
    loadAverages: at.map(() => 1.5),
    servers,
  };
}

/** Another noise for the leak tests: a whole number of MiB. */
export const noise = wave;
