import type { Node } from 'oxc-parser';
import { cut, type Piece, type Span } from './piece.js';
import type { Source } from './source.js';
import { find, isFunction, nameOf, textOf } from './tree.js';

/** One of the rule book's operations. */
export interface Operation {
  operationId: string;
  /** In capitals. */
  method: string;
  /** `/users/{id}` */
  path: string;
}

/** Where an app answers a method and path. */
export interface Route {
  source: Source;
  /** In capitals. */
  method: string;
  /** As it stands in the source. */
  path: string;
  node: Node;
  span: Span;
}

const METHODS = /^(get|post|put|patch|delete|head|options|all)$/i;

/** The routes that a file registers: by a call, by a decorator, or as a case of a switch. */
export function routesOf(source: Source): Route[] {
  return [...byCall(source), ...byDecorator(source), ...byCase(source)];
}

/** The route of an operation, cut out. @throws where the app has none */
export function findRoute(
  app: string,
  sources: Source[],
  routes: Route[],
  operation: Operation,
): Route {
  const { operationId, method, path } = operation;
  const route = routes.find(
    (route) => route.method === method && normalise(route.path) === normalise(path),
  );
  if (route) return route;
  const files = sources.map(({ file }) => file).join(', ');
  throw new Error(
    `apps/${app}: no route is found for the operation ${operationId} (${method} ${path}) in ${files}`,
  );
}

/** The lines of a route. */
export function cutRoute({ source, span }: Route): Piece {
  return cut(source, span);
}

/** `/users/:id`, `users/{id}` and `/users/[id]` are one. */
export function normalise(path: string): string {
  return path.replace(/^\//, '').replace(/:\w+|\{\w+\}|\[\w+\]|<\w+>|\$\w+/g, '{}');
}

/** `app.get('/path', …)`, `app.on('GET', '/path', …)`, `app.route({ method: 'GET', url: '/path', … })` */
function* byCall(source: Source): Generator<Route> {
  for (const { node, parents } of find(source.program, 'CallExpression')) {
    // A chain begins before what it ends with.
    const { callee } = node;
    if (callee.type !== 'MemberExpression') continue;
    const options = node.arguments.flatMap((argument) =>
      argument.type === 'ObjectExpression' ? argument.properties : [],
    );
    const option = (name: RegExp): string | undefined => {
      const found = options.find(
        (property) => property.type === 'Property' && name.test(nameOf(property.key) ?? ''),
      );
      return found?.type === 'Property' ? nameOf(found.value) : undefined;
    };
    // `app.route('/path').get(…)`
    const { object } = callee;
    const base =
      object.type === 'CallExpression' && nameOf(object) === 'route' ? object.arguments : [];
    const texts = [...base, ...node.arguments].map((argument) => textOf(argument) ?? '');
    const path = texts.find((text) => text.startsWith('/')) ?? option(/^(url|path)$/);
    const method =
      [nameOf(callee) ?? '', ...texts].find((text) => METHODS.test(text)) ?? option(/^method$/);
    const handles =
      node.arguments.some(isHandler) || options.some((option) => holdsHandler(option));
    if (path === undefined || !method || !METHODS.test(method) || !handles) continue;
    const chained =
      callee.object.type === 'CallExpression' || callee.object.type === 'NewExpression';
    const statement = parents.findLast(({ type }) => type === 'ExpressionStatement');
    const alone = !chained && statement && holdsOnly(statement, node) ? statement : node;
    const start = chained ? callee.property.start : alone.start;
    yield { source, method: method.toUpperCase(), path, node, span: { start, end: alone.end } };
  }
}

function isHandler(node: Node): boolean {
  return isFunction(node) || node.type === 'Identifier' || node.type === 'MemberExpression';
}

function holdsHandler(node: Node): boolean {
  return (
    node.type === 'Property' &&
    nameOf(node.key) === 'handler' &&
    (node.method || isHandler(node.value))
  );
}

/** `app.get(…);` or `await app.get(…);` */
function holdsOnly(statement: Node, node: Node): boolean {
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  return (
    expression === node || (expression.type === 'AwaitExpression' && expression.argument === node)
  );
}

/** `@Get('path')` on a method, below the path of its class's decorator. */
function* byDecorator(source: Source): Generator<Route> {
  for (const { node: method, parents } of find(source.program, 'MethodDefinition')) {
    const controller = parents.findLast(({ type }) => /^Class/.test(type));
    const prefix = decoratorsOf(controller).map(firstText).find(Boolean) ?? '';
    for (const decorator of decoratorsOf(method)) {
      const name = nameOf(decorator);
      if (!name || !METHODS.test(name)) continue;
      const path = [prefix, firstText(decorator) ?? ''].filter(Boolean).join('/');
      yield { source, method: name.toUpperCase(), path, node: method, span: method };
    }
  }
}

/** The expressions of a node's decorators. */
export function decoratorsOf(node: Node | undefined): Node[] {
  return node && 'decorators' in node
    ? (node.decorators ?? []).map(({ expression }) => expression)
    : [];
}

function firstText(node: Node): string | undefined {
  return node.type === 'CallExpression' ? textOf(node.arguments[0]) : undefined;
}

/** `case 'GET /path':` */
function* byCase(source: Source): Generator<Route> {
  for (const { node } of find(source.program, 'SwitchCase')) {
    const [method = '', path] = (textOf(node.test) ?? '').split(' ');
    if (path && METHODS.test(method))
      yield { source, method: method.toUpperCase(), path, node, span: node };
  }
}
