import type { Node } from 'oxc-parser';
import { type App, type Declaration, holdsRoute, usedBy } from './app.js';
import { cutStatements, type Piece } from './piece.js';
import type { Route } from './routes.js';
import type { Source } from './source.js';
import { find, namesIn } from './tree.js';

/** What says which body is taken: whoever uses it checks bodies, whether the route names it or the framework is told. */
const SIGNS: Record<string, string> = { jsonBody: 'JSON_TYPE' };

/**
 * What an operation needs beside its route: what that names, in whatever file, and what is set up for it. Without
 * it a route that is checked elsewhere would look shorter than one that is checked in place.
 */
export function helpersOf(app: App, operationId: string, route: Route): Piece[] {
  const chosen = new Map<Source, Set<Node>>();
  const choose = (source: Source, node: Node) => {
    chosen.set(source, (chosen.get(source) ?? new Set()).add(node));
  };
  const around = setUpAround(app, route);
  for (const { source, node } of [
    ...[route, ...around].flatMap(({ source, node }) => usedBy(app, source, node)),
    ...signed(app, SIGNS[operationId]),
  ]) {
    if (!holdsRoute(app, source, node)) choose(source, node);
  }
  return [
    ...around.map(({ source, body, nodes }) => cutStatements(source, body, nodes)),
    ...[...chosen].map(([source, nodes]) => cutStatements(source, source.program.body, nodes)),
  ].flat();
}

interface SetUp {
  source: Source;
  node: Node;
  body: Node[];
  nodes: Set<Node>;
}

/** The other statements of the function that registers a route in a file of its own. */
function setUpAround(app: App, { source, span }: Route): SetUp[] {
  if (source === app.main) return [];
  for (const statement of source.program.body) {
    if (statement.start > span.start || statement.end < span.end) continue;
    for (const { node } of find(statement, 'BlockStatement')) {
      const others = node.body.filter((one) => !holdsRoute(app, source, one));
      const isAround = node.body.some((one) => one.start <= span.start && span.end <= one.end);
      if (isAround) return [{ source, node: statement, body: node.body, nodes: new Set(others) }];
    }
  }
  return [];
}

/** What uses a name of the contract outside the main file, and all that goes with it. */
function signed(app: App, sign: string | undefined): Declaration[] {
  if (sign === undefined) return [];
  return app.sources
    .filter((source) => source !== app.main && source.imports.has(sign))
    .flatMap((source) =>
      [...source.declarations].flatMap(([name, node]) => {
        const all = [{ source, name, node }, ...usedBy(app, source, node)];
        const uses = all.some((one) => one.source === source && namesIn(one.node).has(sign));
        return uses ? all : [];
      }),
    );
}
