import type { Measured } from './generator.js';
import type { Cpu, Phase, Usage } from './result.js';

/** The parts of a phase as one: what was used in all of them, and each one's cost. */
export function joinSlices(
  parts: (Measured & Pick<Phase, 'figures'>)[],
): Pick<Measured, 'load' | 'usage'> & Pick<Phase, 'figures' | 'slices'> {
  const [first] = parts;
  if (!first) throw new RangeError('there is no slice');
  if (parts.length === 1) return first;
  const sum = (of: (part: Measured) => number) => parts.reduce((all, part) => all + of(part), 0);
  return {
    load: {
      requests: sum(({ load }) => load.requests),
      seconds: sum(({ load }) => load.seconds),
      errors: sum(({ load }) => load.errors),
      rate: first.load.rate,
      dropped: sum(({ load }) => load.dropped),
    },
    usage: joinUsage(parts.map(({ usage }) => usage)),
    slices: parts.map(({ usage: { requests, server } }) => ({
      requests,
      cost: server && round((server.user + server.system) / requests),
    })),
  };
}

function joinUsage(parts: Usage[]): Usage {
  const sum = (of: (usage: Usage) => number) => parts.reduce((all, part) => all + of(part), 0);
  const most = (of: (usage: Usage) => number) => Math.max(...parts.map(of));
  const seconds = sum((part) => part.seconds);
  const mean = (of: (usage: Usage) => number) =>
    round(sum((part) => of(part) * part.seconds) / seconds);
  const cpu = (of: (usage: Usage) => Cpu | null): Cpu => ({
    user: sum((part) => of(part)?.user ?? 0),
    system: sum((part) => of(part)?.system ?? 0),
  });
  const isHere = parts.every(({ server }) => server);
  const hasPss = parts.every(({ server }) => server && server.pss !== null);
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
