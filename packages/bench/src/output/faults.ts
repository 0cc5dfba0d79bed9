import type { Fault } from '../figures.js';

const number = /\d+(?:\.\d+)?/g;

/**
 * Puts faults of a phase together whose reasons differ in their numbers only: rounds that each say how
 * busy the generator was become one line, `used 91 to 97 % of its core`.
 */
export function mergeFaults(faults: Fault[]): Fault[] {
  const merged: (Fault & { reasons: string[] })[] = [];
  for (const fault of faults) {
    const same = merged.find(
      ({ phase, reason }) => phase === fault.phase && shapeOf(reason) === shapeOf(fault.reason),
    );
    if (same) {
      same.rounds = [...same.rounds, ...fault.rounds];
      same.reasons.push(fault.reason);
    } else {
      merged.push({ ...fault, reasons: [fault.reason] });
    }
  }
  return merged.map(({ phase, rounds, reasons }) => ({
    phase,
    rounds: rounds.toSorted((a, b) => a - b),
    reason: spanOf(reasons),
  }));
}

const shapeOf = (reason: string) => reason.replace(number, '#');

/** The reason with each number that differs written as `lowest to highest`. */
function spanOf(reasons: string[]): string {
  const numbers = reasons.map((reason) => reason.match(number) ?? []);
  let index = 0;
  return (reasons[0] ?? '').replace(number, (own) => {
    const all = numbers.map((each) => each[index] ?? own);
    index++;
    if (all.every((each) => each === own)) return own;
    const sorted = all.toSorted((a, b) => Number(a) - Number(b));
    return `${sorted[0]} to ${sorted.at(-1)}`;
  });
}
