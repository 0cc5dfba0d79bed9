import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked, type Token, type Tokens } from 'marked';
import { root } from '../repository.js';

/** A Markdown file of the repository. */
export interface Document {
  /** From the root of the repository. */
  file: string;
  /** Its page is `/how-to/<slug>/`. */
  slug: string;
  title: string;
  /** Its first paragraph, without markup. */
  summary: string;
  tokens: Token[];
  /** All but the title, with the anchors that GitHub gives them. */
  headings: Heading[];
}

export interface Heading {
  depth: number;
  /** Without markup. */
  text: string;
  /** As HTML. */
  html: string;
  id: string;
}

/** Where people look: notes within tests, and results, have pages of their own or none. */
const PATTERNS = [
  '*.md',
  'docs/*.md',
  '{docker,k6,k8s}/**/README.md',
  '{packages,apps}/*/README.md',
];

/** Those that a reader needs first, in the order in which he does. */
const FIRST = ['README.md', 'docker/README.md', 'k6/README.md', 'packages/bench/README.md'];

let documents: Document[] | undefined;

/** All Markdown files that are there to be read, the first ones first. */
export function listDocuments(): Document[] {
  documents ??= PATTERNS.flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !file.includes('node_modules'))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b))
    .map(readDocument);
  return documents;
}

const rankOf = (file: string) =>
  FIRST.includes(file) ? FIRST.indexOf(file) : FIRST.length + (file.startsWith('apps/') ? 1 : 0);

function readDocument(file: string): Document {
  const tokens = marked.lexer(readFileSync(join(root, file), 'utf8'));
  const slugger = new GithubSlugger();
  const headings = tokens
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map(({ depth, tokens: inline }) => {
      const text = textOf(inline);
      return { depth, text, html: marked.Parser.parseInline(inline), id: slugger.slug(text) };
    });
  const [title, ...others] = headings;
  if (title?.depth !== 1) throw new Error(`${file} does not begin with a title`);
  const paragraph = tokens.find((token): token is Tokens.Paragraph => token.type === 'paragraph');
  return {
    ...{ file, tokens, title: title.text, headings: others },
    slug: slugOf(file),
    summary: paragraph ? textOf(paragraph.tokens) : '',
  };
}

/** `README.md` is `readme`, `docker/README.md` is `docker`, `packages/bench/README.md` is `bench`. */
function slugOf(file: string): string {
  if (!file.includes('/')) return file.replace(/\.md$/, '').toLowerCase();
  const path = file.endsWith('/README.md') ? dirname(file) : file.replace(/\.md$/, '');
  return path.replace(/^(packages|docs)\//, '');
}

/** What a reader sees of it. */
export function textOf(tokens: Token[] = []): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? textOf(token.tokens) : plain(token)))
    .join('');
}

function plain(token: Token): string {
  if (token.type === 'br') return ' ';
  return 'text' in token ? String(token.text).replace(/\s+/g, ' ') : '';
}
