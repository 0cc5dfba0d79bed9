import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { codeToTokensWithThemes, type ThemedTokenWithVariants } from 'shiki';
import type { Piece } from './piece.js';

/** Made for readers who need contrast. */
const themes = { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } as const;
const languages: Record<string, 'typescript' | 'erb'> = { '.ts': 'typescript', '.eta': 'erb' };

/** Where a piece stands, as a key. */
export const keyOf = ({ file, firstLine, lastLine }: Piece): string =>
  `${file}:${firstLine}-${lastLine}`;

/**
 * Highlights pieces, each as a part of its whole file.
 *
 * @returns HTML by `keyOf`, and the style rules of its classes, which have a colour for light and one for dark
 */
export async function highlight(
  root: string,
  pieces: Piece[],
): Promise<{ html: Map<string, string>; css: string }> {
  const classes = new Map<string, string>();
  const html = new Map<string, string>();
  const files = Map.groupBy(pieces, ({ file }) => file);
  for (const [file, inFile] of files) {
    const lang = languages[extname(file)] ?? 'typescript';
    const text = readFileSync(join(root, file), 'utf8');
    const lines = await codeToTokensWithThemes(text, { lang, themes });
    for (const piece of inFile) {
      const own = lines.slice(piece.firstLine - 1, piece.lastLine);
      const parts = own.map((line) => lineToHtml(line, piece.indent, classes));
      const codes = piece.code.split('\n');
      html.set(keyOf(piece), parts.map((part, at) => withIndent(part, codes, at)).join(''));
    }
  }
  const css = [...classes].map(([style, name]) => `.${name}{${style}}`).join('');
  return { html, css };
}

/** A line that knows its indent, so that what does not fit is wrapped below it. */
function withIndent(html: string, lines: string[], at: number): string {
  const indent = Math.max(0, (lines[at] ?? '').search(/[^ ]/));
  const end = at < lines.length - 1 ? '\n' : '';
  return `<span class="line" style="--i:${indent}">${html}${end}</span>`;
}

function lineToHtml(
  line: ThemedTokenWithVariants[],
  indent: number,
  classes: Map<string, string>,
): string {
  const runs: { text: string; style: string }[] = [];
  let skip = indent;
  for (const { content, variants } of line) {
    const text = content.slice(skip);
    skip -= content.length - text.length;
    const style = `color:light-dark(${variants.light?.color},${variants.dark?.color})`;
    const last = runs.at(-1);
    // Blanks have no colour.
    if (last && (last.style === style || !text.trim())) last.text += text;
    else runs.push({ text, style });
  }
  return runs.map(({ text, style }) => runToHtml(text, style, classes)).join('');
}

function runToHtml(text: string, style: string, classes: Map<string, string>): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  if (!text.trim()) return escaped;
  const name = classes.get(style) ?? `k${classes.size}`;
  classes.set(style, name);
  return `<span class="${name}">${escaped}</span>`;
}
