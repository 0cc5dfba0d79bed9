import { existsSync, readFileSync } from 'node:fs';
import { builtinModules, SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallFrame } from './cpu-profile.js';

/** Where a function comes from. */
export interface Origin {
  /**
   * An npm package, a module of Node (`node:http`), a folder of this repository, or, in parentheses, what
   * else it is.
   */
  package: string;
  /** The file and line; empty where there is none. */
  place: string;
}

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Tells where a function comes from. */
export function originOf(frame: CallFrame): Origin {
  const { url, functionName, scriptId } = frame;
  const line = frame.lineNumber + 1;
  if (url.startsWith('node:')) return { package: nodeModule(url), place: `${url}:${line}` };
  if (url.startsWith('wasm:')) return { package: '(WebAssembly)', place: '' };
  if (url === '') {
    if (functionName.startsWith('(')) return { package: functionName, place: '' };
    // What a program makes of text: new Function, eval.
    return { package: Number(scriptId) === 0 ? '(native)' : '(generated code)', place: '' };
  }
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return npmOrigin(file, line) ?? ownOrigin(file, frame);
}

/** The public module that a file of Node's own belongs to, as far as its path says. */
function nodeModule(url: string): string {
  const [first = '', second = ''] = url.slice('node:'.length).split('/');
  const [, underscored] = /^_(http|stream|tls)_/.exec(first) ?? [];
  if (underscored) return `node:${underscored}`;
  if (first !== 'internal') return `node:${first}`;
  // node:internal/streams/writable, node:internal/timers, node:internal/stream_base_commons
  const known = [second, second.replace(/s$/, ''), second.replace(/_.*/, '')].find((name) =>
    builtinModules.includes(name),
  );
  return known ? `node:${known}` : 'node:internal';
}

/** The innermost package: pnpm has node_modules/.pnpm/NAME@VERSION/node_modules/NAME/... */
function npmOrigin(file: string, line: number): Origin | undefined {
  const path = file.split(sep).join('/');
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const inside = path.slice(at + '/node_modules/'.length);
  const [name = ''] = /^(@[^/]+\/)?[^/]+/.exec(inside) ?? [];
  return { package: name, place: `${inside}:${line}` };
}

/** A file that is no package's: its source, where it was compiled, relative to the repository. */
function ownOrigin(file: string, frame: CallFrame): Origin {
  const source = sourceOf(file, frame) ?? { file, line: frame.lineNumber + 1 };
  return {
    package: nameOf(packageFolder(dirname(file))) ?? '(application)',
    place: `${nameOf(source.file) ?? source.file}:${source.line}`,
  };
}

/** A path from the root of the repository; undefined outside of it. */
function nameOf(path: string | undefined): string | undefined {
  if (!path?.startsWith(root)) return undefined;
  return relative(root, path).split(sep).join('/');
}

function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : packageFolder(parent);
}

const maps = new Map<string, SourceMap | undefined>();

/** Where a line of a compiled file comes from; undefined where it has no source map. */
function sourceOf(file: string, { lineNumber, columnNumber }: CallFrame) {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  const found = maps.get(file)?.findEntry(lineNumber, columnNumber);
  if (!found || !('originalSource' in found)) return undefined;
  return {
    file: join(dirname(file), found.originalSource),
    line: found.originalLine + 1,
  };
}

function readMap(file: string): SourceMap | undefined {
  if (!existsSync(file)) return undefined;
  return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
}
