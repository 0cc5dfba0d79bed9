import { type CallFrame, type CpuProfile, countSamples } from './cpu-profile.js';
import { originOf } from './origin.js';

/** A function's own part of a profile, without what it has called. */
export interface SelfTime {
  name: string;
  package: string;
  place: string;
  /** The share of the samples that found the process at work, from 0 to 1. */
  share: number;
}

/** Where a process spent its time. */
export interface SelfTimes {
  samples: number;
  /** The share of all samples that found it waiting, from 0 to 1. */
  idle: number;
  /** Of the time at work: native code that V8 does not look into, system calls among it. */
  program: number;
  /** All others, the one with most time first. */
  functions: SelfTime[];
  /** The same by package. */
  packages: { name: string; share: number }[];
}

/** Adds up the samples of each function, whoever has called it. */
export function findSelfTimes(profile: CpuProfile): SelfTimes {
  const counts = countSamples(profile);
  const found = new Map<string, { frame: CallFrame; count: number }>();
  for (const { id, callFrame } of profile.nodes) {
    const { functionName, scriptId, url, lineNumber, columnNumber } = callFrame;
    const key = [functionName, scriptId, url, lineNumber, columnNumber].join(' ');
    const known = found.get(key) ?? { frame: callFrame, count: 0 };
    found.set(key, { ...known, count: known.count + (counts.get(id) ?? 0) });
  }
  const all = [...found.values()].filter(({ count }) => count > 0);
  const ofName = (name: string) =>
    all
      .filter(({ frame }) => frame.url === '' && frame.functionName === name)
      .reduce((sum, { count }) => sum + count, 0);
  const samples = profile.samples.length;
  const busy = Math.max(1, samples - ofName('(idle)'));
  const functions = all
    .filter(({ frame }) => !['(idle)', '(program)', '(root)'].includes(frame.functionName))
    .map(({ frame, count }): SelfTime => {
      return { name: nameOf(frame), ...originOf(frame), share: count / busy };
    })
    .toSorted((one, other) => other.share - one.share);
  return {
    samples,
    idle: samples === 0 ? 0 : ofName('(idle)') / samples,
    program: ofName('(program)') / busy,
    functions,
    packages: byPackage(functions),
  };
}

/** What a function is called. */
export const nameOf = ({ functionName }: CallFrame) => functionName || '(anonymous)';

function byPackage(functions: SelfTime[]): SelfTimes['packages'] {
  const shares = new Map<string, number>();
  for (const { package: name, share } of functions) {
    shares.set(name, (shares.get(name) ?? 0) + share);
  }
  return [...shares]
    .map(([name, share]) => ({ name, share }))
    .toSorted((one, other) => other.share - one.share);
}
