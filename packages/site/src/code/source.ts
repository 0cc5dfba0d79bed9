import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname, normalize } from 'node:path/posix';
import { type Comment, type Node, type Program, parseSync } from 'oxc-parser';
import { find } from './tree.js';

/** A file of TypeScript, parsed. */
export interface Source {
  /** Its path in the repository. */
  file: string;
  /** The app whose folder it lies in. */
  app: string;
  text: string;
  program: Program;
  comments: Comment[];
  /** What it imports, by the name that it has here. */
  imports: Map<string, { from: string; name: string }>;
  /** What it declares at the top, by name. */
  declarations: Map<string, Node>;
}

/** The apps of a repository, and their packages' names. */
export interface Repository {
  root: string;
  apps: string[];
}

/**
 * The files that make up an app: those that its `server.ts` reaches by imports, first its own, then those of other apps.
 *
 * @throws where a file is missing, or is no TypeScript
 */
export function readApp(repository: Repository, app: string): Source[] {
  const sources = new Map<string, Source>();
  const open = [`apps/${app}/src/server.ts`];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    if (sources.has(file)) continue;
    const source = readSource(repository.root, file);
    sources.set(file, source);
    for (const { from } of source.imports.values()) {
      const imported = resolveImport(repository, file, from);
      if (imported) open.push(imported);
    }
  }
  const own = (source: Source) => (source.app === app ? 0 : 1);
  return [...sources.values()].sort((one, other) => own(one) - own(other));
}

/** Reads and parses a file. @throws where it is no TypeScript */
export function readSource(root: string, file: string): Source {
  const text = readFileSync(join(root, file), 'utf8');
  const { program, comments, errors, module } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const imports = new Map(
    module.staticImports.flatMap(({ moduleRequest, entries }) =>
      entries.map(({ importName, localName }) => [
        localName.value,
        { from: moduleRequest.value, name: importName.name ?? 'default' },
      ]),
    ),
  );
  const app = /^apps\/([^/]+)\//.exec(file)?.[1] ?? '';
  return { file, app, text, program, comments, imports, declarations: declarationsOf(program) };
}

function declarationsOf(program: Program): Map<string, Node> {
  const declarations = new Map<string, Node>();
  for (const statement of program.body) {
    const declared =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement;
    if (!declared) continue;
    if (declared.type === 'VariableDeclaration') {
      for (const { node } of find(declared, 'VariableDeclarator')) {
        if (node.id.type === 'Identifier' && declared.declarations.includes(node)) {
          declarations.set(node.id.name, statement);
        }
      }
    } else if (/^(Function|Class)Declaration$/.test(declared.type) && 'id' in declared) {
      if (declared.id?.type === 'Identifier') declarations.set(declared.id.name, statement);
    }
  }
  return declarations;
}

/** The file that an import means, where it is one of an app: `./app.js`, `@heptathlon/app-hono/app`. */
export function resolveImport(
  { root, apps }: Repository,
  file: string,
  from: string,
): string | undefined {
  if (from.startsWith('.')) {
    const path = normalize(`${dirname(file)}/${from}`).replace(/\.js$/, '.ts');
    return path.endsWith('.ts') ? path : `${path}.ts`;
  }
  for (const app of apps) {
    const { name } = JSON.parse(readFileSync(join(root, 'apps', app, 'package.json'), 'utf8'));
    if (!from.startsWith(`${name}/`)) continue;
    const path = `apps/${app}/src/${from.slice(name.length + 1)}.ts`;
    if (existsSync(join(root, path))) return path;
  }
  return undefined;
}
