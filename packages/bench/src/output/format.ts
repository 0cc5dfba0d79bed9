import type { PhaseName } from '../result.js';

/** Figures and words, as all outputs write them. */

export const phaseNames: Record<PhaseName, string> = {
  saturation: 'saturation',
  fixedRate: 'fixed rate',
  scenario: 'scenario',
};

/** Stands where there is no figure. */
export const NONE = '–';

/** CPU time, in µs. */
export const micros = (value: number) => value.toFixed(1);

/** Time, in ms: about three digits. */
export const millis = (value: number) => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** A number of things: 12,345. */
export const count = (value: number) => Math.round(value).toLocaleString('en');

/** MiB, of bytes. */
export const mebibytes = (bytes: number) => count(bytes / 2 ** 20);

/** A ratio: 1.050 is 5 % more. */
export const ratio = (value: number) => value.toFixed(value < 10 ? 3 : 1);

/** A ratio above 1, as what it is more: 5.0 %, 42 %; beyond 100 % nobody needs to know by how much. */
export const percentMore = (value: number) => {
  if (!(value <= 2)) return 'over 100 %';
  return `${((value - 1) * 100).toFixed(value < 1.0995 ? 1 : 0)} %`;
};

/** A share from 0 to 1: 5.0 %, 50 %. */
export const percent = (value: number) => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;

/** A figure of unknown size. */
export const plainNumber = (value: number) =>
  Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 4 }) : NONE;

/** 1 of a thing, 2 of things. */
export const plural = (number: number, one: string, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

/** a, b and c. */
export const list = (words: string[]) =>
  new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words);

/** Rounds in words: `rounds 1-3, 7 of 10`. */
export function describeRounds(rounds: number[], of: number): string {
  if (of === 1) return 'the only round';
  if (rounds.length === of) return `all ${of} rounds`;
  const ranges: [number, number][] = [];
  for (const round of rounds.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && round === last[1] + 1) last[1] = round;
    else ranges.push([round, round]);
  }
  const words = ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ');
  return `${rounds.length === 1 ? 'round' : 'rounds'} ${words} of ${of}`;
}

/** One line without control characters: what servers and generators print may hold any. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** Lines of at most so many characters, broken between words, and never between a figure and its `%`. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** A path as a shell takes it. */
export const quoted = (path: string): string =>
  /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** What was played, in words: `burst of db`. */
export const scenarioName = ({ name, event }: { name: string; event?: string }): string =>
  event === undefined ? name : `${name} of ${event}`;
