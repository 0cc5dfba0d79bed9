import { type Node, visitorKeys } from 'oxc-parser';

/** A node and those around it, the nearest last. */
export interface Found<T extends Node = Node> {
  node: T;
  parents: Node[];
}

/** Every node below one, itself included, in the order of the source. */
export function* walk(node: Node, parents: Node[] = []): Generator<Found> {
  yield { node, parents };
  const within = [...parents, node];
  for (const child of childrenOf(node)) yield* walk(child, within);
}

/** The nodes that can be of a type. */
type Of<Type, Among = Node> = Among extends Node
  ? Type extends Among['type']
    ? Among
    : never
  : never;

/** Every node of these types below one. */
export function* find<Type extends Node['type']>(
  node: Node,
  ...types: Type[]
): Generator<Found<Of<Type>>> {
  for (const found of walk(node)) {
    if ((types as string[]).includes(found.node.type)) {
      yield found as Found<Of<Type>>;
    }
  }
}

function childrenOf(node: Node): Node[] {
  return (visitorKeys[node.type] ?? [])
    .flatMap((key): unknown => node[key as keyof Node])
    .filter(isNode)
    .sort((one, other) => one.start - other.start);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Whether a node is a function. */
export function isFunction(node: Node): boolean {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

/** The text of a string literal, or of a template without gaps. */
export function textOf(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** The last name of `a`, `a.b` or `a.b()`. */
export function nameOf(node: Node | null | undefined): string | undefined {
  switch (node?.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return node.name;
    case 'MemberExpression':
      return nameOf(node.property);
    case 'CallExpression':
      return nameOf(node.callee);
    case 'Literal':
      return textOf(node);
    default:
      return undefined;
  }
}

/** The names that are mentioned below a node; those of properties say nothing of what is declared elsewhere. */
export function namesIn(node: Node): Set<string> {
  const names = [...find(node, 'Identifier')].filter(({ node, parents }) => {
    const parent = parents.at(-1);
    const isMember = parent?.type === 'MemberExpression' && !parent.computed;
    const isKey = parent?.type === 'Property' && !parent.computed && !parent.shorthand;
    return !(isMember && parent.property === node) && !(isKey && parent.key === node);
  });
  return new Set(names.map(({ node }) => node.name));
}
