import { diffArrays } from 'diff';

/** A word, a sign, or blanks. */
export interface Token {
  text: string;
  /** How it is highlighted. */
  kind: string;
}

/** A token of one side, and whether the other side lacks it. */
export interface MarkedToken extends Token {
  changed: boolean;
}

/** Lines that stand beside each other; a side that has none there is undefined. */
export interface AlignedLine {
  left: MarkedToken[] | undefined;
  right: MarkedToken[] | undefined;
}

/** Lines are beside each other where at least this share of their words is the same. */
const ALIKE = 0.45;

/** Splits highlighted text into lines of tokens. */
export function tokenise(runs: Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { text, kind } of runs) {
    for (const [token] of text.matchAll(/\n|[\p{L}\p{N}_$@]+|[^\S\n]+|[^\s\p{L}\p{N}_$@]/gu)) {
      if (token === '\n') lines.push([]);
      else lines.at(-1)?.push({ text: token, kind });
    }
  }
  return lines;
}

/**
 * Lines two texts up: lines that are alike stand beside each other, and what differs within them is marked, token by
 * token. Between them stand those that have no like, at the same height as far as both sides have some.
 */
export function align(left: Token[][], right: Token[][]): AlignedLine[] {
  const lines: AlignedLine[] = [];
  let [nextLeft, nextRight] = [0, 0];
  const between = (toLeft: number, toRight: number): void => {
    while (nextLeft < toLeft || nextRight < toRight) {
      lines.push({
        left: nextLeft < toLeft ? marked(left[nextLeft++]) : undefined,
        right: nextRight < toRight ? marked(right[nextRight++]) : undefined,
      });
    }
  };
  for (const [atLeft, atRight] of pairs(left, right)) {
    between(atLeft, atRight);
    lines.push(compare(left[nextLeft++] ?? [], right[nextRight++] ?? []));
  }
  between(left.length, right.length);
  return lines;
}

/** Which lines are alike, in order: the pairs with the most in common altogether. */
function pairs(left: Token[][], right: Token[][]): [number, number][] {
  const lefts = left.map(wordsOf);
  const rights = right.map(wordsOf);
  const width = right.length + 1;
  const best = new Float64Array((left.length + 1) * width);
  const bestAt = (atLeft: number, atRight: number) => best[atLeft * width + atRight] ?? 0;
  const common = (atLeft: number, atRight: number) =>
    likeness(lefts[atLeft] ?? [], rights[atRight] ?? []);
  for (let atLeft = left.length - 1; atLeft >= 0; atLeft--) {
    for (let atRight = right.length - 1; atRight >= 0; atRight--) {
      best[atLeft * width + atRight] = Math.max(
        bestAt(atLeft + 1, atRight),
        bestAt(atLeft, atRight + 1),
        bestAt(atLeft + 1, atRight + 1) + common(atLeft, atRight),
      );
    }
  }
  const found: [number, number][] = [];
  for (let atLeft = 0, atRight = 0; atLeft < left.length && atRight < right.length; ) {
    const alike = common(atLeft, atRight);
    if (alike > 0 && bestAt(atLeft, atRight) === bestAt(atLeft + 1, atRight + 1) + alike) {
      found.push([atLeft++, atRight++]);
    } else if (bestAt(atLeft, atRight) === bestAt(atLeft + 1, atRight)) atLeft++;
    else atRight++;
  }
  return found;
}

const wordsOf = (line: Token[]): string[] =>
  line.map(({ text }) => text).filter((text) => text.trim());

/** What two lines have in common, in words; 0 where that is a small share of them. */
function likeness(left: string[], right: string[]): number {
  const rest = [...left];
  const common = right.filter((word) => {
    const at = rest.indexOf(word);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
  const all = weigh(left) + weigh(right);
  const hasWords = common.some(isWord) || left.join(' ') === right.join(' ');
  return hasWords && 2 * weigh(common) >= ALIKE * all ? weigh(common) : 0;
}

const isWord = (token: string): boolean => /\w/.test(token);

/** A bracket alone says little. */
const weigh = (tokens: string[]): number =>
  tokens.reduce((sum, token) => sum + (isWord(token) ? 1 : 0.2), 0);

/** Two lines that are alike. */
function compare(left: Token[], right: Token[]): AlignedLine {
  const parts = diffArrays(left, right, { comparator: (one, other) => one.text === other.text });
  let at = 0;
  const sides: { left: MarkedToken[]; right: MarkedToken[] } = { left: [], right: [] };
  for (const { value, added, removed } of parts) {
    for (const token of value) {
      // What is equal is given as it is on the right: on the left it may have another colour.
      if (!added) sides.left.push({ ...(left[at++] ?? token), changed: removed === true });
      if (!removed) sides.right.push({ ...token, changed: added === true });
    }
  }
  return { left: withoutIndent(sides.left), right: withoutIndent(sides.right) };
}

const marked = (line: Token[] = []): MarkedToken[] =>
  withoutIndent(line.map((token) => ({ ...token, changed: true })));

/** Blanks at the beginning are no difference. */
function withoutIndent([first, ...rest]: MarkedToken[]): MarkedToken[] {
  if (!first) return [];
  return [{ ...first, changed: first.changed && first.text.trim() !== '' }, ...rest];
}
