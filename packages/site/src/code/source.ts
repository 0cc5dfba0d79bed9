import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname, normalize } from 'node:path/posix';
import { type Comment, type Node, type Program, parseSync } from 'oxc-parser';
import { find } from './tree.js';

/** A file of TypeScript, parsed. */
export interface Source {
  /** Its path in the repository. */
  file: string;
  /** The folder in `apps/` that it lies in. */
  app: string;
  text: string;
  program: Program;
  comments: Comment[];
  /** What it imports, by the name that it has here. */
  imports: Map<string, { from: string; name: string }>;
  /** What it declares at the top, by name. */
  declarations: Map<string, Node>;
}

/**
 * The files that make up a target: the one that starts it, and those that it reaches by imports.
 *
 * @param start its path in the repository
 * @throws where a file is missing, or is no TypeScript
 */
export function readApp(root: string, start: string): Source[] {
  const sources = new Map<string, Source>();
  const open = [start];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    if (sources.has(file)) continue;
    const source = readSource(root, file);
    sources.set(file, source);
    for (const { from } of source.imports.values()) {
      const imported = resolveImport(file, from);
      if (imported) open.push(imported);
    }
  }
  return [...sources.values()];
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

/** The file that an import means, where it is one of the app: `./app.js`. */
export function resolveImport(file: string, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  const path = normalize(`${dirname(file)}/${from}`).replace(/\.js$/, '.ts');
  return path.endsWith('.ts') ? path : `${path}.ts`;
}
