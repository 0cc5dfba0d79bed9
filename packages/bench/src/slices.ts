import type { Measured, NotCounted } from './generator.js';
import type { Cpu, Load, Phase, Usage } from './result.js';

/** A part of a phase: what was measured, or why that is not known. */
export type Part = (Measured & Pick<Phase, 'figures'>) | NotCounted;

/**
 * The parts of a phase as one: the half of them counts in which most was answered, but errors of all do. What a
 * shared machine does beside makes a server slower for a fraction of a second, never faster, and no counter tells
 * of it: over the rounds of a full run, a cost scattered by 2.3 % in the place of 4.0 %.
 *
 * Source: Chen and Revels 2016, "Robust benchmarking in noisy environments", who take the least of the parts; half of
 * them still hold each server's garbage collections.
 *
 * @throws {NotCounted} where none of them is known
 */
export function joinSlices(
  parts: Part[],
): Pick<Measured, 'load' | 'usage'> & Pick<Phase, 'figures' | 'slices'> {
  const measured = parts.filter((part) => 'load' in part);
  const [first] = measured;
  if (!first) throw parts[0] ?? new RangeError('there is no slice');
  if (parts.length === 1) return first;
  const counted = measured.toSorted((one, other) => throughput(other) - throughput(one));
  counted.length = Math.ceil(measured.length / 2);
  const sum = (all: Measured[], of: (load: Load) => number) =>
    all.reduce((total, { load }) => total + of(load), 0);
  const failures = parts.map((part) => ('load' in part ? part.load : part.rest));
  const seen = failures.flatMap((part) => part.seen ?? []);
  return {
    load: {
      requests: sum(counted, ({ requests }) => requests),
      seconds: sum(counted, ({ seconds }) => seconds),
      errors: failures.reduce((total, { errors }) => total + errors, 0),
      ...(seen.length > 0 && { seen }),
      rate: first.load.rate,
      dropped: sum(measured, ({ dropped }) => dropped),
    },
    usage: joinUsage(usageOf(counted), usageOf(measured)),
    slices: parts.map((part) => {
      if (!('load' in part)) {
        const leftOut = part.message;
        return { requests: null, seconds: null, cost: null, counts: false, leftOut };
      }
      const { requests, seconds, server } = part.usage;
      return {
        ...{ requests, seconds },
        cost: server && requests > 0 ? round((server.user + server.system) / requests) : null,
        counts: counted.includes(part),
      };
    }),
  };
}

const usageOf = (parts: Measured[]) => parts.map(({ usage }) => usage);

const throughput = ({ usage }: Measured) => usage.requests / usage.seconds;

/** @param all those that do not count too: memory is the highest that was seen */
function joinUsage(parts: Usage[], all: Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => parts.reduce((all, part) => all + of(part), 0);
  const seconds = sum((part) => part.seconds);
  // What is not known of a part is not known of the whole.
  const known = <T>(of: (usage: Usage) => T | null, some = parts) => {
    const values = some.map(of).filter((value) => value !== null);
    return values.length === some.length ? values : null;
  };
  const mean = (of: (usage: Usage) => number | null) => {
    const values = known(of);
    if (!values) return null;
    const weighted = values.map((value, index) => value * (parts[index]?.seconds ?? Number.NaN));
    return round(weighted.reduce((total, value) => total + value, 0) / seconds);
  };
  const cpu = (all: Cpu[]): Cpu => ({
    user: all.reduce((total, { user }) => total + user, 0),
    system: all.reduce((total, { system }) => total + system, 0),
  });
  const most = (of: (usage: Usage) => number | null) => {
    const values = known(of, all);
    return values && Math.max(...values);
  };
  const server = known((part) => part.server);
  const postgres = known((part) => part.postgres);
  return {
    seconds: round(seconds),
    requests: sum(({ requests }) => requests),
    server: server && {
      ...cpu(server),
      rss: most((part) => part.server?.rss ?? null),
      pss: most((part) => part.server?.pss ?? null),
    },
    postgres: postgres && cpu(postgres),
    generator: cpu(parts.map(({ generator }) => generator)),
    serverBusy: mean(({ serverBusy }) => serverBusy),
    generatorBusy: mean(({ generatorBusy }) => generatorBusy) as number,
    runnerBusy: mean(({ runnerBusy }) => runnerBusy) as number,
    othersBusy: mean(({ othersBusy }) => othersBusy),
    stolen: mean(({ stolen }) => stolen),
    throttled: sum(({ throttled }) => throttled),
  };
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;
