import type { Node } from 'oxc-parser';
import { type App, type Declaration, holdsRoute, referencesOf, usedBy } from './app.js';
import { cut, cutBody, type Piece, unitOf } from './piece.js';
import { decoratorsOf } from './routes.js';
import type { Source } from './source.js';
import { find, nameOf, textOf } from './tree.js';

/** Calls that say who answers an error. */
const CALLS = /^(setErrorHandler|setNotFoundHandler|onError|notFound)$/;
/** Options that do. */
const OPTIONS = /^(frameworkErrors|errorHandler|onError)$/;

/** How an app answers what went wrong. */
export interface Errors {
  /** Files that are about nothing else. */
  files: Set<string>;
  pieces: Piece[];
}

/** Finds the error handlers by their registration, and what they refer to. */
export function findErrors(app: App): Errors {
  const registered = app.sources.flatMap(registrationsIn);
  const handlers = registered.flatMap(({ source, node }) => referencesOf(app, source, node));
  const files = new Set(
    app.sources
      .filter((source) => isAboutErrors(source, handlers) && !answers(app, source))
      .map(({ file }) => file),
  );
  const users = app.sources.flatMap((source) => usesOf(app, source, files));
  const catchers = app.sources.flatMap(catchersIn);
  const called = catchers
    .flatMap(({ source, node }) => referencesOf(app, source, node))
    .filter(({ source }) => answers(app, source));
  const elsewhere = handlers
    .flatMap((one) => [one, ...usedBy(app, one.source, one.node)])
    .filter(({ source, node }) => !files.has(source.file) && !holdsRoute(app, source, node));
  return {
    files,
    pieces: [
      ...[...registered, ...users, ...catchers].map(({ source, node }) => cut(source, node)),
      ...app.sources.filter(({ file }) => files.has(file)).map(cutBody),
      ...[...called, ...elsewhere].map(({ source, node }) => cut(source, node)),
    ],
  };
}

/** Whether a file has something that handles errors, or begins with something that was registered for it. */
function isAboutErrors(source: Source, handlers: Declaration[]): boolean {
  const [first] = source.declarations.values();
  return (
    handlers.some(({ node }) => node === first) ||
    [...source.declarations.values()].some(handlesErrors)
  );
}

/** Whether a file has routes. */
function answers(app: App, source: Source): boolean {
  return [...app.routes.values()].some((route) => route.source === source);
}

interface Place {
  source: Source;
  node: Node;
}

/** `app.setErrorHandler(…)`, `{ frameworkErrors: … }`, `{ provide: APP_FILTER, … }` */
function registrationsIn(source: Source): Place[] {
  const calls = [...find(source.program, 'CallExpression')].flatMap(({ node, parents }) => {
    const name = node.callee.type === 'MemberExpression' ? (nameOf(node.callee) ?? '') : '';
    const isEvent = name === 'on' && textOf(node.arguments[0]) === 'error';
    const unit = unitOf(node, parents);
    const registers = isEvent || CALLS.test(name);
    return registers && unit.type === 'ExpressionStatement' ? [{ source, node: unit }] : [];
  });
  const options = [...find(source.program, 'Property')]
    .filter(({ node }) => OPTIONS.test(nameOf(node.key) ?? ''))
    .map(({ node }) => ({ source, node }));
  const provided = [...find(source.program, 'ObjectExpression')]
    .filter(({ node }) =>
      node.properties.some(
        (property) => property.type === 'Property' && nameOf(property.value) === 'APP_FILTER',
      ),
    )
    .map(({ node }) => ({ source, node }));
  return [...calls, ...options, ...provided];
}

/** `app.use(sendProblem(log))`, where that is declared in a file about errors. */
function usesOf(app: App, source: Source, files: Set<string>): Place[] {
  return [...find(source.program, 'CallExpression')].flatMap(({ node, parents }) => {
    if (nameOf(node.callee) !== 'use') return [];
    const isAbout = node.arguments
      .flatMap((argument) => referencesOf(app, source, argument))
      .some((declaration) => files.has(declaration.source.file));
    return isAbout ? [{ source, node: unitOf(node, parents) }] : [];
  });
}

/** `catch` around all that a request does: it is in a file with routes, and around them. */
function catchersIn(source: Source): Place[] {
  return [...find(source.program, 'TryStatement')].flatMap(({ node }) => {
    const { handler, block } = node;
    const around = handler && [...find(block, 'SwitchCase', 'SwitchStatement')].length > 0;
    return around ? [{ source, node: handler }] : [];
  });
}

/** Whether a declaration is an error handler, or an error. */
function handlesErrors(node: Node): boolean {
  for (const { node: declared } of find(node, 'ClassDeclaration')) {
    if (decoratorsOf(declared).some((decorator) => nameOf(decorator) === 'Catch')) return true;
    if (
      declared.superClass?.type === 'Identifier' &&
      /(Error|Exception)$/.test(declared.superClass.name)
    )
      return true;
  }
  for (const { node: inner } of find(node, 'TSTypeReference')) {
    if (inner.typeName.type === 'Identifier' && /^Error\w*Handler$/.test(inner.typeName.name))
      return true;
  }
  for (const { node: inner } of find(node, 'TryStatement')) {
    const callsNext = [...find(inner.block, 'CallExpression')].some(
      ({ node }) => nameOf(node) === 'next',
    );
    if (inner.handler && callsNext) return true;
  }
  // Express knows its error handlers by their four parameters.
  return [
    ...find(node, 'ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'),
  ].some(({ node }) => node.params.length === 4 && /^err/.test(nameOf(node.params[0]) ?? ''));
}
