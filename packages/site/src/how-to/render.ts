import { Marked, type RendererObject, type Tokens } from 'marked';
import { bundledLanguages, createHighlighter } from 'shiki';
import { type Document, listDocuments, textOf } from './documents.js';
import { imageOf } from './images.js';
import { resolveLink } from './links.js';

const themes = { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' };
const languages = ['console', 'json', 'sh', 'sql', 'ts', 'yaml'];
const highlighter = createHighlighter({ themes: Object.values(themes), langs: languages });

/** A document's text below its title, as HTML: links lead where they do on the site, headings have anchors. */
export async function renderDocument(document: Document): Promise<string> {
  const { codeToHtml } = await highlighter;
  const headings = [...document.headings];
  let section = document.title;
  const tables = new Map<string, number>();
  const renderer: RendererObject = {
    heading({ depth, tokens }) {
      if (depth === 1) return '';
      const { id } = headings.shift() ?? {};
      section = textOf(tokens);
      const html = this.parser.parseInline(tokens);
      return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="Link to ${escapeHtml(section)}">#</a></h${depth}>\n`;
    },
    link({ href, tokens }) {
      const html = this.parser.parseInline(tokens);
      const to = resolveLink(href, document);
      return to ? `<a href="${escapeHtml(to)}">${html}${unseen(textOf(tokens), to)}</a>` : html;
    },
    image({ href, text }) {
      const { src, width, height } = imageOf(href, document);
      return `<img src="${escapeHtml(src)}" width="${width}" height="${height}" alt="${escapeHtml(text)}" loading="lazy">`;
    },
    code({ text, lang = '' }) {
      const known = languages.includes(lang) && lang in bundledLanguages;
      const html = codeToHtml(text, {
        ...{ lang: known ? lang : 'text', themes, defaultColor: 'light-dark()' },
      });
      return html.replace(/(<pre[^>]*?) style="[^"]*"/, '$1');
    },
    table(token: Tokens.Table) {
      const number = (tables.get(section) ?? 0) + 1;
      tables.set(section, number);
      const name = number === 1 ? section : `${section}, ${number}`;
      const cells = (row: Tokens.TableCell[], tag: string) =>
        row.map(({ tokens, align }) => {
          const style = align ? ` class="${align}"` : '';
          const html = this.parser.parseInline(tokens);
          return html === '' ? '<td></td>' : `<${tag}${style}>${html}</${tag}>`;
        });
      const head = token.header.some(({ text }) => text)
        ? `<thead><tr>${cells(token.header, 'th').join('')}</tr></thead>`
        : '';
      const rows = token.rows.map((row) => `<tr>${cells(row, 'td').join('')}</tr>`).join('\n');
      return `<div class="scroll" role="region" aria-label="Table: ${escapeHtml(name)}" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
    },
  };
  return new Marked({ renderer }).parser(document.tokens);
}

/** What a link of one word leads to, for those who hear it by itself. */
function unseen(text: string, to: string): string {
  if (!/^(go|here|more|this)$/i.test(text)) return '';
  const page = listDocuments().find(({ slug }) => to.startsWith(`/how-to/${slug}/`));
  const what = page ? `about ${page.title}` : `(${URL.parse(to)?.host ?? to})`;
  return ` <span class="visually-hidden">${escapeHtml(what)}</span>`;
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
