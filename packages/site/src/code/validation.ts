import { type App, type Declaration, referencesOf } from './app.js';
import type { Errors } from './errors.js';
import { cut, cutBody, type Piece, unitOf } from './piece.js';
import { cutRoute, decoratorsOf, type Route } from './routes.js';
import type { Source } from './source.js';
import { find, isFunction, nameOf, walk } from './tree.js';

/** Operations whose input can be wrong. */
const CHECKED = ['params', 'jsonBody'];
/** Calls and options that say what a framework parses by itself, and how much. */
const PARSING = /ContentTypeParser|BodyParser$/;
const LIMITS = /^(ajv|bodyLimit|bodyParser|routerOptions|on(Proto|Constructor)Poisoning)$/;

/**
 * How an app refuses what the rule book does not allow: the routes that take something, what they name in other files
 * (a pipe, middleware, a plugin), and what stands around all routes.
 */
export function findValidation(app: App, errors: Errors): Piece[] {
  const routes = CHECKED.flatMap((operation) => app.routes.get(operation) ?? []);
  const files = app.sources.filter((source) => isAboutValidation(app, errors, source));
  const named = new Set(files.map(({ file }) => file));
  return [
    // What a route names follows it.
    ...routes.flatMap((route) => [
      cutRoute(route),
      ...helpersOf(app, route).map(({ source, node }) => cut(source, node)),
      ...files.filter((file) => names(app, route, file)).map(cutBody),
    ]),
    ...extraRoutes(app),
    ...app.sources
      .filter(({ file }) => !named.has(file))
      .flatMap((source) => [...settingsOf(source), ...usesOf(app, source, named)]),
    ...files.map(cutBody),
    ...app.sources.flatMap((source) => beforeSwitch(app, source)),
  ];
}

/** Functions of its own file that a route calls. */
function helpersOf(app: App, { source, node }: Route): Declaration[] {
  return referencesOf(app, source, node).filter(
    (one) => one.source === source && isFunction(one.node),
  );
}

function names(app: App, { source, node }: Route, file: Source): boolean {
  return referencesOf(app, source, node).some((one) => one.source === file);
}

/** A file with functions or classes that is about nothing else: no main file, no errors, no module, no start. */
function isAboutValidation(app: App, errors: Errors, source: Source): boolean {
  if (source === app.main || errors.files.has(source.file)) return false;
  const [start] = app.sources;
  const isBuilder = start !== undefined && builds(app, start, source);
  return source !== start && !isBuilder && !isModule(source) && acts(source);
}

/** Whether a file's function is called by the one that starts. */
function builds(app: App, start: Source, source: Source): boolean {
  return [...find(start.program, 'CallExpression')].some(({ node }) => {
    const name = nameOf(node.callee);
    return name && app.resolve(start, name)?.source === source;
  });
}

function isModule(source: Source): boolean {
  return [...find(source.program, 'ClassDeclaration')].some(({ node }) =>
    decoratorsOf(node).some((decorator) => nameOf(decorator) === 'Module'),
  );
}

function acts(source: Source): boolean {
  return [...walk(source.program)].some(({ node }) => isFunction(node));
}

/** Where something of these files is registered, other than in a route. */
function usesOf(app: App, source: Source, files: Set<string>): Piece[] {
  const routes = app.allRoutes.filter((route) => route.source === source);
  return [...find(source.program, 'ExpressionStatement', 'VariableDeclaration')].flatMap(
    ({ node, parents }) => {
      const inside = routes.some(({ span }) => span.start <= node.start && node.end <= span.end);
      const holdsMore = [...find(node, 'ExpressionStatement')].some((inner) => inner.node !== node);
      if (inside || holdsMore) return [];
      const uses = referencesOf(app, source, node).some((one) => files.has(one.source.file));
      return uses ? [cut(source, unitOf(node, parents))] : [];
    },
  );
}

/** `app.removeAllContentTypeParsers()`, `{ bodyLimit: … }` */
function settingsOf(source: Source): Piece[] {
  const calls = [...find(source.program, 'ExpressionStatement')].filter(
    ({ node }) =>
      node.expression.type === 'CallExpression' && PARSING.test(nameOf(node.expression) ?? ''),
  );
  const options = [...find(source.program, 'Property')].filter(({ node }) =>
    LIMITS.test(nameOf(node.key) ?? ''),
  );
  return [...calls, ...options].map(({ node }) => cut(source, node));
}

/** Routes that the rule book does not have: there to refuse. */
function extraRoutes(app: App): Piece[] {
  const known = new Set([...app.routes.values()].map(({ node }) => node));
  return app.allRoutes.filter(({ node }) => !known.has(node)).map(cutRoute);
}

/** Where a switch decides: what comes before it has taken the request apart. Functions of its file help. */
function beforeSwitch(app: App, source: Source): Piece[] {
  for (const { node, parents } of find(source.program, 'SwitchStatement')) {
    if (![...app.routes.values()].some((route) => node.cases.some((one) => one === route.node))) {
      continue;
    }
    const block = parents.at(-1);
    if (block?.type !== 'BlockStatement') continue;
    const before = block.body.slice(0, block.body.indexOf(node));
    const [first] = before;
    const last = before.at(-1);
    if (!first || !last) continue;
    const helpers = before.flatMap((statement) => referencesOf(app, source, statement));
    return [
      cut(source, { start: first.start, end: last.end }),
      ...helpers.filter((one) => one.source === source).map((one) => cut(source, one.node)),
    ];
  }
  return [];
}
