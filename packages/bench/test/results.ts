import { type Contender, meritOf, namesOf, type Plan } from '../src/plan.js';
import { type Cell, type Phase, RESULTS_VERSION, type Results } from '../src/result.js';

/** What a made-up run is made of. */
export interface MadeUp {
  contenders?: string[];
  events?: string[];
  rounds?: number;
  /** Server cost of a cell, in µs a request. */
  cost?: (cell: { name: string; event: string; round: number }) => number;
  plan?: Partial<Plan>;
  /** Changes a cell after it was made. */
  change?: (cell: Cell) => void;
}

/** Results as a run would have written them, with figures that a test chooses. */
export function madeUp({
  contenders: names = ['node', 'fastify', 'hono'],
  events = ['json', 'db'],
  rounds = 4,
  cost = ({ name, round }) => 10 + name.length + round / 10,
  plan: given = {},
  change = () => {},
}: MadeUp = {}): Results {
  const contenders = names.map(
    (name): Contender => ({ name, target: name, workers: '1', poolSize: 1 }),
  );
  const plan: Plan = {
    contenders,
    control: { name: `${names[0]} again`, of: names[0] ?? '' },
    events,
    rounds,
    connections: 64,
    warmUp: { limit: 1 },
    saturation: { generator: 'autocannon', duration: 1, slices: 10 },
    fixedRate: {
      duration: 1,
      rates: Object.fromEntries(events.map((event) => [event, 2000])),
    },
    scenario: null,
    diagnostic: false,
    seed: 1,
    ...given,
  };
  const rows = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    namesOf(plan).map((name) => ({ round, name })),
  );
  const cells = rows.flatMap(({ round, name }) =>
    events.map((event): Cell => {
      const found = cost({ name, event, round });
      const phases: Cell['phases'] = {};
      if (plan.saturation) phases.saturation = phaseOf(50_000, found, null);
      if (plan.fixedRate) phases.fixedRate = phaseOf(2000, found * 2, 2000);
      if (plan.scenario) {
        phases.scenario = {
          ...phaseOf(1000, found, null),
          figures: { recovery: { value: round, unit: 's' } },
        };
      }
      const trace = [0.1, 0.2, 0.3, 0.4].map((seconds) => ({ seconds, cost: found + 1 / seconds }));
      const cell: Cell = { round, name, event, warmUp: { steady: true, trace }, phases };
      change(cell);
      return cell;
    }),
  );
  return {
    version: RESULTS_VERSION,
    startedAt: '2026-01-02T03:04:05.678Z',
    interrupted: false,
    command: 'npm run bench -- --seed 1',
    commit: 'abc1234',
    dirty: false,
    machine: {
      cpu: 'A processor',
      cores: 2,
      memory: 8 * 2 ** 30,
      platform: 'linux x64',
      kernel: '6.1.0',
      node: '26.0.0',
      environment: {},
    },
    generators: [
      { name: 'autocannon', version: '9.0.0' },
      { name: 'k6', version: '2.2.0' },
    ],
    postgres: { version: '18.4', embedded: true },
    plan,
    pinning: { server: '0', others: '1' },
    targets: names.map((name) => ({
      ...{ name, framework: name, version: '1.2.3' },
      driver: { name: 'postgres', version: '3.4.9' },
    })),
    calibration: {
      k6: { ceiling: 17_000, cost: 55 },
      slowest: Object.fromEntries(
        events.map((event) => [event, { name: names.at(-1) ?? '', throughput: 40_000 }]),
      ),
    },
    starts: rows.map(({ round, name }) => ({
      round,
      name,
      readyAfter: 150 + round,
      memory: 60 * 2 ** 20,
      rows: { read: 5000, answered: 5000 },
    })),
    cells,
  };
}

/** Makes the phase void that ranks. */
export function voidCell({ phases }: Cell, plan: Plan, reason: string): void {
  const phase = phases[meritOf(plan)];
  if (phase) phase.void = reason;
}

function phaseOf(throughput: number, cost: number, rate: number | null): Phase {
  const shares = Array.from({ length: 21 }, (_, step) => step / 20);
  const latency = { p50: 0.2, p90: 0.5, p99: 1.5, p999: 4, max: 9 };
  return {
    load: {
      requests: throughput,
      seconds: 1,
      errors: 0,
      rate,
      dropped: 0,
      latency,
      ...(rate !== null && {
        distribution: shares.map((share): [number, number] => [share, 0.1 + share ** 8 * 8.9]),
      }),
    },
    usage: {
      seconds: 1,
      requests: throughput,
      server: {
        user: Math.round(throughput * cost * 0.7),
        system: Math.round(throughput * cost * 0.3),
        rss: 80 * 2 ** 20,
        pss: 70 * 2 ** 20,
      },
      postgres: { user: throughput * 4, system: throughput * 2 },
      generator: { user: throughput * 8, system: throughput * 4 },
      serverBusy: rate === null ? 0.97 : 0.05,
      generatorBusy: 0.5,
      runnerBusy: 0.005,
      othersBusy: 0.01,
      stolen: 0.001,
      throttled: 0,
    },
    void: null,
  };
}
