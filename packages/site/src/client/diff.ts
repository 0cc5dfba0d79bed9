import { type AlignedLine, align, type MarkedToken, type Token, tokenise } from './tokens.js';

/** Fills the diff view with two columns' code. */
export function showDiff([left = '', right = '']: string[]): void {
  const view = document.querySelector<HTMLElement>('[data-diff]');
  if (!view) return;
  const lines = align(tokenise(runsOf(left)), tokenise(runsOf(right)));
  const sides = (['left', 'right'] as const).map((side) =>
    sideOf(side === 'left' ? left : right, side, lines),
  );
  view.style.setProperty('--rows', String(lines.length));
  view.replaceChildren(...sides);
}

/** A column's code as it is highlighted on the page; an empty line between two pieces. */
function runsOf(app: string): Token[] {
  const codes = document.querySelectorAll(`[data-column][data-app="${app}"] code[data-code]`);
  return [...codes].flatMap((code, index) => [
    ...(index === 0 ? [] : [{ text: '\n\n', kind: '' }]),
    ...[...code.children]
      .flatMap(({ childNodes }) => [...childNodes])
      .map((node) => ({
        text: node.textContent ?? '',
        kind: node instanceof Element ? node.className : '',
      })),
  ]);
}

function sideOf(app: string, side: 'left' | 'right', lines: AlignedLine[]): HTMLElement {
  const title = Object.assign(document.createElement('h2'), { textContent: app });
  const code = document.createElement('code');
  for (const line of lines) {
    const tokens = line[side];
    const row = document.createElement('span');
    row.className = tokens ? 'line' : 'line blank';
    const [first] = tokens ?? [];
    row.style.setProperty('--i', String(first?.text.trim() ? 0 : (first?.text.length ?? 0)));
    row.append(...inRuns(tokens ?? []).map(toNode), '\n');
    code.append(row);
  }
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.setAttribute('aria-label', `${app}: what differs is marked`);
  pre.append(code);
  const section = document.createElement('section');
  section.className = side;
  section.append(title, pre);
  return section;
}

/** Neighbours that look the same, as one. */
function inRuns(tokens: MarkedToken[]): MarkedToken[] {
  const runs: MarkedToken[] = [];
  for (const token of tokens) {
    const last = runs.at(-1);
    const looks = token.kind === last?.kind || !token.text.trim();
    if (last && looks && last.changed === token.changed) last.text += token.text;
    else runs.push({ ...token });
  }
  return runs;
}

function toNode({ text, kind, changed }: MarkedToken): Node {
  if (!kind && !changed) return document.createTextNode(text);
  const element = document.createElement(changed ? 'mark' : 'span');
  element.className = kind;
  element.textContent = text;
  return element;
}
