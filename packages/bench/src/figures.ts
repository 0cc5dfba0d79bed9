import { type Distribution, quantileOfAll } from './merge/distribution.js';
import type { Cell, Figure, Latency, Load, Phase, PhaseName } from './result.js';
import { median } from './stats/median.js';

/** The figures of a phase, over several rounds their medians. CPU times are in µs a request. */
export interface PhaseFigures {
  /** requests/s */
  throughput: number;
  /** In ms: of all rounds' requests together in the open model, otherwise medians; undefined of slices. */
  latency: Latency | undefined;
  server: { cost: number; user: number; system: number } | null;
  postgres: number | null;
  generator: number;
  /** The share of its cores' time that the generator used, from 0 to 1. */
  generatorBusy: number;
  /** The highest seen, in MiB. */
  memory: { rss: number; pss: number | null } | null;
  /** A scenario's own results, or what the probe found, by name. */
  figures: Record<string, Figure>;
  /** The latencies of all rounds' requests: share from 0 to 1, and ms. Empty for the closed model. */
  curve: [share: number, ms: number][];
}

/** Why rounds of a phase say nothing. */
export interface Fault {
  phase: PhaseName;
  reason: string;
  rounds: number[];
}

/** The server's cost in a phase, in µs a request; undefined where it is void or was not measured. */
export function costOf(phase: Phase | undefined): number | undefined {
  if (!phase || phase.void !== null || !phase.usage?.server) return undefined;
  const { server, requests } = phase.usage;
  return (server.user + server.system) / requests;
}

/** The reasons for which phases are void, each once. */
export function faultsOf(cells: Cell[]): Fault[] {
  const faults: Fault[] = [];
  for (const { round, phases } of cells) {
    for (const [name, { void: reason }] of Object.entries(phases)) {
      if (reason === null) continue;
      const same = faults.find((each) => each.phase === name && each.reason === reason);
      if (same) same.rounds.push(round);
      else faults.push({ phase: name as PhaseName, reason, rounds: [round] });
    }
  }
  return faults;
}

/** Puts the rounds of a phase together; undefined where all are void. */
export function figuresOf(rounds: Phase[]): PhaseFigures | undefined {
  const valid = rounds.flatMap(({ load, usage, figures = {}, void: reason }) =>
    load && usage && reason === null ? [{ load, usage, figures }] : [],
  );
  const [first] = valid;
  if (!first) return undefined;
  const of = (value: (round: (typeof valid)[number]) => number) => median(valid.map(value));
  const samples = valid.flatMap(({ load }) => sampleOf(load) ?? []);
  const { server, postgres } = first.usage;
  return {
    throughput: of(({ load }) => load.requests / load.seconds),
    latency: samples.length > 0 ? latencyOf(samples) : medianLatency(valid),
    server: server && {
      cost: of(({ usage }) => perRequest(usage.server, usage.requests)),
      user: of(({ usage }) => (usage.server?.user ?? 0) / usage.requests),
      system: of(({ usage }) => (usage.server?.system ?? 0) / usage.requests),
    },
    postgres: postgres && of(({ usage }) => perRequest(usage.postgres, usage.requests)),
    generator: of(({ usage }) => perRequest(usage.generator, usage.requests)),
    generatorBusy: of(({ usage }) => usage.generatorBusy),
    memory: server && {
      rss: Math.max(...valid.map(({ usage }) => usage.server?.rss ?? 0)) / 2 ** 20,
      pss:
        server.pss === null
          ? null
          : Math.max(...valid.map(({ usage }) => usage.server?.pss ?? 0)) / 2 ** 20,
    },
    figures: Object.fromEntries(
      Object.entries(first.figures).map(([name, { unit }]) => [
        name,
        { value: of(({ figures }) => figures[name]?.value ?? Number.NaN), unit },
      ]),
    ),
    curve: samples.length > 0 ? curveOf(samples) : [],
  };
}

const perRequest = (cpu: { user: number; system: number } | null, requests: number) =>
  cpu ? (cpu.user + cpu.system) / requests : 0;

function sampleOf({
  requests,
  distribution,
}: NonNullable<Phase['load']>): Distribution | undefined {
  if (!distribution) return undefined;
  return { count: requests, quantiles: distribution.map(([share, value]) => ({ share, value })) };
}

const shares: Record<keyof Latency, number> = {
  p50: 0.5,
  p90: 0.9,
  p99: 0.99,
  p999: 0.999,
  max: 1,
};

function mapLatency(value: (name: keyof Latency) => number): Latency {
  return {
    p50: value('p50'),
    p90: value('p90'),
    p99: value('p99'),
    p999: value('p999'),
    max: value('max'),
  };
}

function medianLatency(rounds: { load: Load }[]): Latency | undefined {
  const all = rounds.flatMap(({ load }) => load.latency ?? []);
  return all.length > 0
    ? mapLatency((name) => median(all.map((latency) => latency[name])))
    : undefined;
}

const latencyOf = (samples: Distribution[]) =>
  mapLatency((name) => quantileOfAll(samples, shares[name]));

/** At the shares that the rounds tell. */
function curveOf(samples: Distribution[]): PhaseFigures['curve'] {
  return (samples[0]?.quantiles ?? []).map(({ share }) => [share, quantileOfAll(samples, share)]);
}
