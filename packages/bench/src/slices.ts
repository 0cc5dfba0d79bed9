import type { Measured } from './generator.js';
import type { Cpu, Load, Phase, Usage } from './result.js';

/**
 * The parts of a phase as one: the half of them counts in which most was answered, but errors of all do. What a
 * shared machine does beside makes a server slower for a fraction of a second, never faster, and no counter tells
 * of it: over the rounds of a full run, a cost scattered by 2.3 % in the place of 4.0 %.
 *
 * Source: Chen and Revels 2016, "Robust benchmarking in noisy environments", who take the least of the parts; half of
 * them still hold each server's garbage collections.
 */
export function joinSlices(
  parts: (Measured & Pick<Phase, 'figures'>)[],
): Pick<Measured, 'load' | 'usage'> & Pick<Phase, 'figures' | 'slices'> {
  const [first] = parts;
  if (!first) throw new RangeError('there is no slice');
  if (parts.length === 1) return first;
  const counted = parts.toSorted((one, other) => throughput(other) - throughput(one));
  counted.length = Math.ceil(parts.length / 2);
  const sum = (all: Measured[], of: (load: Load) => number) =>
    all.reduce((total, { load }) => total + of(load), 0);
  return {
    load: {
      requests: sum(counted, ({ requests }) => requests),
      seconds: sum(counted, ({ seconds }) => seconds),
      errors: sum(parts, ({ errors }) => errors),
      rate: first.load.rate,
      dropped: sum(parts, ({ dropped }) => dropped),
    },
    usage: joinUsage(usageOf(counted), usageOf(parts)),
    slices: parts.map((part) => ({
      requests: part.usage.requests,
      seconds: part.usage.seconds,
      cost:
        part.usage.server &&
        round((part.usage.server.user + part.usage.server.system) / part.usage.requests),
      counts: counted.includes(part),
    })),
  };
}

const usageOf = (parts: Measured[]) => parts.map(({ usage }) => usage);

const throughput = ({ usage }: Measured) => usage.requests / usage.seconds;

/** @param all those that do not count too: memory is the highest that was seen */
function joinUsage(parts: Usage[], all: Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => parts.reduce((all, part) => all + of(part), 0);
  const most = (of: (usage: Usage) => number) => Math.max(...all.map(of));
  const seconds = sum((part) => part.seconds);
  const mean = (of: (usage: Usage) => number) =>
    round(sum((part) => of(part) * part.seconds) / seconds);
  const cpu = (of: (usage: Usage) => Cpu | null): Cpu => ({
    user: sum((part) => of(part)?.user ?? 0),
    system: sum((part) => of(part)?.system ?? 0),
  });
  const isHere = parts.every(({ server }) => server);
  const hasPss = all.every(({ server }) => server && server.pss !== null);
  return {
    seconds: round(seconds),
    requests: sum(({ requests }) => requests),
    server: isHere
      ? {
          ...cpu(({ server }) => server),
          rss: most(({ server }) => server?.rss ?? 0),
          pss: hasPss ? most(({ server }) => server?.pss ?? 0) : null,
        }
      : null,
    postgres: parts.every(({ postgres }) => postgres) ? cpu(({ postgres }) => postgres) : null,
    generator: cpu(({ generator }) => generator),
    serverBusy: isHere ? mean(({ serverBusy }) => serverBusy ?? 0) : null,
    generatorBusy: mean(({ generatorBusy }) => generatorBusy),
    runnerBusy: mean(({ runnerBusy }) => runnerBusy),
    stolen: mean(({ stolen }) => stolen),
    throttled: sum(({ throttled }) => throttled),
  };
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;
