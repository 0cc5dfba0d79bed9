import type { Target } from '@heptathlon/targets';
import type { Node } from 'oxc-parser';
import { findRoute, type Operation, type Route, routesOf } from './routes.js';
import { readApp, resolveImport, type Source } from './source.js';
import { find, namesIn } from './tree.js';

/** A target as it was found in its sources. */
export interface App {
  name: string;
  /** Its folder in `apps/`. */
  folder: string;
  /** Its files, the one that starts it first. */
  sources: Source[];
  /** Where each operation is answered, in the order of the rule book. */
  routes: Map<string, Route>;
  /** All that it answers. */
  allRoutes: Route[];
  /** The file that most of the operations are in. */
  main: Source;
  /** What a name in a file means, where that is declared at the top of a file of the app. */
  resolve(source: Source, name: string): Declaration | undefined;
}

/** What a file declares at its top. */
export interface Declaration {
  source: Source;
  name: string;
  node: Node;
}

/** Reads a target. @throws where an operation has no route */
export function findApp(
  root: string,
  { name, place = { app: name, server: 'server.ts' } }: Target,
  operations: Operation[],
): App {
  const sources = readApp(root, `apps/${place.app}/src/${place.server}`);
  const allRoutes = sources.flatMap(routesOf);
  const routes = new Map(
    operations.map((operation) => [
      operation.operationId,
      findRoute(place.app, sources, allRoutes, operation),
    ]),
  );
  const files = new Map(sources.map((source) => [source.file, source]));
  const found = [...routes.values()].map(({ source }) => source);
  const share = (source: Source) => found.filter((one) => one === source).length;
  const main = found.reduce((most, source) => (share(source) > share(most) ? source : most));
  return {
    name,
    folder: place.app,
    sources,
    routes,
    allRoutes,
    main,
    resolve: remembered((source, name) => {
      const imported = source.imports.get(name);
      const file = imported ? resolveImport(source.file, imported.from) : source.file;
      const target = file === undefined ? undefined : files.get(file);
      const declared = imported?.name ?? name;
      const node = target?.declarations.get(declared);
      return target && node && { source: target, name: declared, node };
    }),
  };
}

/** Asks once for each name in a file: an import is looked for among the packages of all apps. */
function remembered(resolve: App['resolve']): App['resolve'] {
  const known = new Map<Source, Map<string, Declaration | undefined>>();
  return (source, name) => {
    const names = known.get(source) ?? new Map<string, Declaration | undefined>();
    known.set(source, names);
    if (!names.has(name)) names.set(name, resolve(source, name));
    return names.get(name);
  };
}

/** What a node refers to, itself or by constants of its file. */
export function referencesOf(app: App, source: Source, node: Node): Declaration[] {
  const seen = new Set<string>();
  const open = [...namesIn(node)];
  const found: Declaration[] = [];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const declaration = app.resolve(source, name);
    if (declaration) found.push(declaration);
    else open.push(...namesBehind(source, name));
  }
  return found;
}

/** What a node refers to, and what that refers to in turn, each once. */
export function usedBy(app: App, source: Source, node: Node): Declaration[] {
  const found: Declaration[] = [];
  const open: { source: Source; node: Node }[] = [{ source, node }];
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    for (const declaration of referencesOf(app, place.source, place.node)) {
      if (found.some((one) => one.node === declaration.node)) continue;
      found.push(declaration);
      open.push(declaration);
    }
  }
  return found;
}

/** What a constant within a function is made of: `const sendProblem = problemSender(log)`. */
function namesBehind(source: Source, name: string): string[] {
  const known = behind.get(source) ?? new Map<string, string[]>();
  if (!behind.has(source)) {
    behind.set(source, known);
    for (const { node } of find(source.program, 'VariableDeclarator')) {
      if (node.id.type !== 'Identifier' || node.init?.type !== 'CallExpression') continue;
      known.set(node.id.name, [...(known.get(node.id.name) ?? []), ...namesIn(node.init.callee)]);
    }
  }
  return known.get(name) ?? [];
}

/** By file and constant: they are asked for again and again. */
const behind = new WeakMap<Source, Map<string, string[]>>();

/** Whether a route is registered within a node. */
export const holdsRoute = (app: App, source: Source, node: Node): boolean =>
  app.allRoutes.some(
    ({ source: other, span }) =>
      other === source && node.start <= span.start && span.end <= node.end,
  );
