import type { ServerResult, SoakResults } from '../../src/soak/result.js';
import { seeded } from '../../src/stats/random.js';

/** How long what counts was watched, in s. */
export const WATCHED = 3600;

/** An hour of samples, after ten minutes of warm-up, one each 36 s as in a soak. */
const at = Array.from({ length: 117 }, (_, index) => index * 36);
const series = (value: (second: number) => number | null) => at.map(value);
/** Noise that is the same each time. */
export const wave = (second: number) => Math.sin(second * 7) + Math.sin(second * 0.9);

/** A server that does not change, unless it is told. */
export function serverOf(name: string, change: Partial<ServerResult> = {}): ServerResult {
  return {
    ...{ name, framework: 'fastify', version: '5.0.0', runtime: 'Node 26.0.0' },
    ...{ capacity: 4500, rate: 250, died: null, at },
    answers: { sent: 1000, right: 990, excused: 10, wrong: 0, dropped: 0, examples: [] },
    samples: {
      heap: series((second) => (20 + 0.02 * wave(second)) * 2 ** 20),
      native: series((second) => (60 + wave(second)) * 2 ** 20),
      rss: series((second) => (120 + wave(second)) * 2 ** 20),
      descriptors: series(() => 60),
      connections: series(() => 4),
      delay: series((second) => (second === 0 ? null : 5 + wave(second))),
    },
    faults: [
      { fault: 'table locked', isOfDatabase: true, from: 718, to: 721.2 },
      { fault: 'clients vanish', isOfDatabase: false, from: 1000, to: 1002 },
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
    ...{ command: 'npm run soak', commit: '1a2b3c4', dirty: false },
    machine: {
      ...{ cpu: 'A processor', cores: 2, memory: 8 * 2 ** 30 },
      ...{ platform: 'linux x64', kernel: '6.0', node: '26.0.0' },
    },
    postgres: { version: '18.4', embedded: true },
    v8Flags: ['--no-opt'],
    plan: {
      ...{ seed: 1, duration: 600 + WATCHED, warmUp: 600, interval: 36 },
      ...{ faultInterval: 10, saturation: 4, sideBySide: servers.length },
    },
    loadAverages: at.map(() => 1.5),
    servers,
  };
}

const FINE = 1_000_000;

/** Noise of a normal distribution, of which each value keeps a part of the one before. */
export function noise(seed: number, kept: number, deviation: number, length = 160): number[] {
  const random = seeded(seed);
  const share = () => (1 + random.below(FINE)) / (FINE + 1);
  const draw = () => Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
  let last = draw();
  return Array.from({ length }, () => {
    last = kept * last + Math.sqrt(1 - kept ** 2) * draw();
    return last * deviation;
  });
}
