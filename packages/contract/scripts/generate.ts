import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';

/** The parts of an OpenAPI document that are read here. */
interface Document {
  components: {
    schemas: Record<string, object>;
    responses: Record<string, { content: Record<string, { example: { status: number } }> }>;
  };
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; 'x-clamp'?: object }[];
  requestBody?: { 'x-max-bytes': number };
  responses: { 200: { content: Record<string, { example?: unknown }> } };
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where the derived file lies. */
export const generatedPath = path('../src/generated.ts');

/**
 * Derives the types, JSON schemas and constants of `generated.ts` from `openapi.yaml`.
 *
 * @returns the text of `generated.ts`
 */
export async function generate(): Promise<string> {
  const document: Document = parse(readFileSync(path('../../../openapi.yaml'), 'utf8'));
  const { schemas, responses } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const byId = Object.fromEntries(
    operations.map(({ operation }) => [operation.operationId, operation]),
  );
  const constants = {
    schemas: resolveReferences(schemas, document),
    operations: operations.map(({ method, path, operation }) => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      summary: operation.summary,
      contentType: Object.keys(operation.responses[200].content)[0],
      example: Object.values(operation.responses[200].content)[0]?.example,
    })),
    problems: Object.fromEntries(
      Object.values(responses)
        .flatMap((response) => Object.values(response.content))
        .map(({ example }) => [example.status, example]),
    ),
    countRange: byId.queries?.parameters?.find(({ name }) => name === 'count')?.['x-clamp'],
    maxBodyBytes: byId.jsonBody?.requestBody?.['x-max-bytes'],
  };
  return [
    '// Derived from openapi.yaml by `npm run generate`. Do not edit.',
    await types(document),
    ...Object.entries(constants).map(
      ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`,
    ),
  ].join('\n');
}

function types({ components }: Document): Promise<string> {
  const names = Object.keys(components.schemas);
  return compile(
    {
      type: 'object',
      properties: Object.fromEntries(
        names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
      ),
      required: names,
      additionalProperties: false,
      components: { schemas: components.schemas },
    },
    'Schemas',
    { bannerComment: '', ignoreMinAndMaxItems: true, singleQuote: true } as object,
  );
}

/** Puts what a local `$ref` points to in its place: JSON schema libraries read one schema, not the document. */
function resolveReferences(node: unknown, document: Document): unknown {
  if (Array.isArray(node)) return node.map((item) => resolveReferences(item, document));
  if (typeof node !== 'object' || node === null) return node;
  if ('$ref' in node) {
    const steps = String(node.$ref).split('/').slice(1);
    const found = steps.reduce<unknown>(
      (at, step) => (at as Record<string, unknown>)[step],
      document,
    );
    return resolveReferences(found, document);
  }
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, resolveReferences(value, document)]),
  );
}

if (import.meta.main) writeFileSync(generatedPath, await generate());
