import { type Distribution, quantileOfAll } from './merge/distribution.js';
import type { Cell, Cpu, Figure, Latency, Load, Phase, PhaseName } from './result.js';
import { median } from './stats/median.js';

/** The figures of a phase, over several rounds their medians. CPU times are in µs a request. */
export interface PhaseFigures {
  /** The load at which they hold: no label is made of anything else. Requests/s, null in a closed loop. */
  phase: PhaseName;
  rate: number | null;
  /** requests/s */
  throughput: number;
  /** In ms: of all rounds' requests together in the open model, otherwise medians; undefined of slices. */
  latency: Latency | undefined;
  server: { cost: number; user: number; system: number } | null;
  postgres: number | null;
  generator: number;
  /** The share of its cores' time that the generator used, from 0 to 1. */
  generatorBusy: number;
  /** The same of the server, and of what belongs to no part of the run on the server's cores; null where it is not known. */
  serverBusy: number | null;
  othersBusy: number | null;
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

/**
 * Puts the rounds of a phase together; undefined where all are void. A figure that no round knows is null.
 *
 * @throws {RangeError} where the rounds were not at one rate
 */
export function figuresOf(phase: PhaseName, rounds: Phase[]): PhaseFigures | undefined {
  const valid = rounds.flatMap(({ load, usage, figures = {}, void: reason }) =>
    load && usage && reason === null ? [{ load, usage, figures }] : [],
  );
  const [first] = valid;
  if (!first) return undefined;
  const { rate } = first.load;
  if (valid.some(({ load }) => load.rate !== rate)) {
    throw new RangeError(`the rounds of a phase were at different rates, ${rate} among them`);
  }
  type Round = (typeof valid)[number];
  const of = (value: (round: Round) => number) => median(valid.map(value));
  /** Of the rounds that know it. */
  const known = <T>(value: (round: Round) => T | null | undefined) =>
    valid.flatMap((round) => {
      const found = value(round);
      return found === null || found === undefined ? [] : [found];
    });
  const medianOf = (values: number[]) => (values.length > 0 ? median(values) : null);
  const mebibytes = (values: number[]) =>
    values.length > 0 ? Math.max(...values) / 2 ** 20 : null;
  const samples = valid.flatMap(({ load }) => sampleOf(load) ?? []);
  const servers = known(({ usage }) => usage.server && { ...usage.server, of: usage.requests });
  const rss = mebibytes(servers.flatMap((server) => server.rss ?? []));
  const names = new Map(
    valid.flatMap(({ figures }) =>
      Object.entries(figures).map(([name, { unit }]) => [name, unit] as const),
    ),
  );
  return {
    ...{ phase, rate },
    throughput: of(({ load }) => load.requests / load.seconds),
    latency: samples.length > 0 ? latencyOf(samples) : medianLatency(valid),
    server:
      servers.length > 0
        ? {
            cost: median(servers.map((server) => perRequest(server, server.of))),
            user: median(servers.map((server) => server.user / server.of)),
            system: median(servers.map((server) => server.system / server.of)),
          }
        : null,
    postgres: medianOf(
      known(({ usage }) => usage.postgres && perRequest(usage.postgres, usage.requests)),
    ),
    generator: of(({ usage }) => perRequest(usage.generator, usage.requests)),
    generatorBusy: of(({ usage }) => usage.generatorBusy),
    serverBusy: medianOf(known(({ usage }) => usage.serverBusy)),
    othersBusy: medianOf(known(({ usage }) => usage.othersBusy)),
    memory:
      rss === null ? null : { rss, pss: mebibytes(servers.flatMap((server) => server.pss ?? [])) },
    figures: Object.fromEntries(
      [...names].map(([name, unit]) => [
        name,
        { value: median(known(({ figures }) => figures[name]?.value)), unit },
      ]),
    ),
    curve: samples.length > 0 ? curveOf(samples) : [],
  };
}

const perRequest = (cpu: Cpu, requests: number) => (cpu.user + cpu.system) / requests;

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
