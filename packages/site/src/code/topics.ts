import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from './app.js';
import { findErrors } from './errors.js';
import { cut, cutBody, cutFile, lineAt, type Piece, unitOf } from './piece.js';
import { cutRoute } from './routes.js';
import { readSource, type Source } from './source.js';
import { find, isFunction, nameOf, textOf, walk } from './tree.js';
import { findValidation } from './validation.js';

/** What rows there are beside the operations. */
export interface Topic {
  id: string;
  title: string;
  summary: string;
  find(app: App): Piece[];
  /** Names that whoever does this with what all share has to use: a use that is not among the pieces was overlooked. */
  signs: string[];
  /** Whether its search is for a name that there is no way around, so that finding nothing proves that nothing is there. */
  isExhaustive?: boolean;
  /** Files that all apps share. */
  shared: string[];
}

export const topics: Topic[] = [
  {
    id: 'validation',
    title: 'Validation',
    summary:
      'How a parameter and a body are checked, and what is refused before a handler sees it.',
    find: (app) => findValidation(app, findErrors(app)),
    signs: ['JSON_TYPE'],
    shared: ['packages/contract/src/json-type.ts'],
  },
  {
    id: 'errors',
    title: 'Errors',
    summary: 'Who answers what went wrong, as problem details with nothing of the inside.',
    find: (app) => findErrors(app).pieces,
    signs: ['problemFor'],
    shared: ['packages/contract/src/problem.ts'],
  },
  {
    id: 'start-and-stop',
    title: 'Start and stop',
    summary: 'How it listens, and how it lets requests in flight finish.',
    find: (app) => app.sources.slice(0, 1).map(cutBody),
    signs: ['serve'],
    shared: ['packages/server/src/serve.ts', 'packages/server/src/drain.ts'],
  },
  {
    id: 'database',
    title: 'Database',
    summary: 'Who opens the pool, and how the handlers get it.',
    find: findDatabase,
    signs: ['createDatabase'],
    shared: ['packages/db/src/database.ts'],
  },
  {
    id: 'template-engine',
    title: 'Template',
    summary: 'How a view engine is registered, and where a page is rendered.',
    find: findTemplate,
    signs: ['eta', 'renderWorlds', 'worldsPage', 'viewsFolder'],
    shared: ['packages/templates/src/index.ts', 'packages/templates/views/worlds.eta'],
  },
  {
    id: 'workers',
    title: 'Workers',
    summary: 'How one server uses many cores: what all share, and what an app adds.',
    find: findWorkers,
    signs: ['workers'],
    isExhaustive: true,
    shared: ['packages/server/src/workers.ts'],
  },
];

/** Where the pool is made, where it is handed over, and where a handler reads. */
function findDatabase(app: App): Piece[] {
  const made = app.sources.flatMap((source) => [
    ...[...find(source.program, 'VariableDeclaration')]
      .filter(({ node }) => nameOf(node.declarations[0]?.init) === 'createDatabase')
      .map(({ node }) => cut(source, node)),
    ...handedOver(source),
  ]);
  const route = app.routes.get('db');
  return [...made, ...(route ? [cutRoute(route)] : [])];
}

/** `buildApp(database: Database)`, `@Inject(DATABASE)`, `{ provide: DATABASE, useValue: database }` */
function* handedOver(source: Source): Generator<Piece> {
  for (const { node, parents } of walk(source.program)) {
    if (isFunction(node) && 'params' in node && 'body' in node) {
      const takes = node.params.some((param) =>
        /\bDatabase\b/.test(source.text.slice(param.start, param.end)),
      );
      const first = parents.findLast(({ type }) => /^(Export|MethodDefinition)/.test(type)) ?? node;
      if (takes && node.body) yield cut(source, { start: first.start, end: node.body.start + 1 });
    }
    if (node.type === 'Property' && nameOf(node.key) === 'provide') {
      yield cut(source, unitOf(node, parents.slice(0, -2)));
    }
    if (node.type === 'CallExpression' && nameOf(node) === 'Symbol')
      yield cut(source, unitOf(node, parents));
    if (
      node.type === 'CallExpression' &&
      node.arguments.some((one) => nameOf(one) === 'database')
    ) {
      yield cut(source, unitOf(node, parents));
    }
  }
}

/** What mentions the templates or a view, and the route that renders one. */
function findTemplate(app: App): Piece[] {
  const route = app.routes.get('template');
  const pieces = app.sources.flatMap((source) => {
    const names = [...source.imports].filter(([, { from }]) => from === '@heptathlon/templates');
    const engine = (text: string) => /\bviews?\b|\bengine\b|View|Engine/.test(text);
    return [...find(source.program, 'ExpressionStatement')].flatMap(({ node }) => {
      if ([...find(node, 'ExpressionStatement')].length > 1) return [];
      const mentions = [...walk(node)].some(({ node: inner }) =>
        inner.type === 'Identifier'
          ? names.some(([name]) => name === inner.name) || engine(inner.name)
          : engine(textOf(inner) ?? ''),
      );
      const inRoute = app.allRoutes.some(
        ({ source: other, span }) =>
          other === source && span.start <= node.start && node.end <= span.end,
      );
      return mentions && !inRoute ? [cut(source, node)] : [];
    });
  });
  return [...pieces, ...(route ? [cutRoute(route)] : [])];
}

/** What an app says about workers: the smallest statement or option that mentions their number. */
function findWorkers(app: App): Piece[] {
  return app.sources.flatMap((source) =>
    [...find(source.program, 'Identifier', 'Literal')]
      .filter(({ node }) => nameOf(node) === 'workers')
      .map(({ node, parents }) => cut(source, unitOf(node, parents))),
  );
}

/**
 * What an app has of a topic.
 *
 * @throws where nothing is found and the app does not declare that it has nothing of its own, or where something was
 *   overlooked; the message names topic, app and file
 */
export function findTopic(root: string, topic: Topic, app: App): Piece[] {
  const pieces = topic.find(app);
  const manifest = `apps/${app.folder}/package.json`;
  const { without = [] } = JSON.parse(readFileSync(join(root, manifest), 'utf8')).heptathlon;
  const [first] = pieces;
  if (first && without.includes(topic.id)) {
    throw new Error(
      `apps/${app.folder}: ${first.file}:${first.firstLine} is found for the topic ${topic.id}, of which ${manifest} declares it is "without"`,
    );
  }
  if (!first && !without.includes(topic.id) && !topic.isExhaustive) {
    const files = app.sources.map(({ file }) => file).join(', ');
    throw new Error(
      `apps/${app.folder}: nothing is found for the topic ${topic.id} in ${files}. ${REMEDY}; where there is nothing, ${manifest} says "heptathlon": { "without": ["${topic.id}"] }`,
    );
  }
  const overlooked = app.sources.flatMap((source) => signsIn(source, topic, pieces))[0];
  if (overlooked) {
    throw new Error(
      `apps/${app.folder}: ${overlooked} is not found for the topic ${topic.id}. ${REMEDY}`,
    );
  }
  return pieces;
}

const REMEDY = 'packages/site/src/code/ has to know the way in which it is done';

/** Where a file uses what the topic is known by, outside the pieces. */
function signsIn(source: Source, { signs, isExhaustive }: Topic, pieces: Piece[]): string[] {
  const own = pieces.filter(({ file }) => file === source.file);
  return [...find(source.program, 'Identifier')].flatMap(({ node: { name, start }, parents }) => {
    const isKnown = signs.includes(name) && (isExhaustive || source.imports.has(name));
    const isImport = parents.some(({ type }) => type === 'ImportDeclaration');
    const line = lineAt(source.text, start);
    const isShown = own.some(({ firstLine, lastLine }) => firstLine <= line && line <= lastLine);
    return isKnown && !isImport && !isShown ? [`${name} in ${source.file}:${line}`] : [];
  });
}

/** What all apps share of a topic. */
export function sharedPieces(root: string, topic: Topic): Piece[] {
  return topic.shared.map((file) =>
    file.endsWith('.ts') ? cutBody(readSource(root, file)) : cutFile(root, file),
  );
}
