import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What of a JSON schema is read here. */
export interface Schema {
  type?: string | string[];
  minLength?: number;
  maxLength?: number;
}

/** A parameter of an operation. */
export interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema: Schema;
  'x-clamp'?: { minimum: number; maximum: number };
  example: unknown;
}

/** An operation of the rule book, and what it takes. */
export interface Operation {
  operationId: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body?: { maxBytes: number; types: string[]; examples: unknown[] };
}

interface Described {
  operationId: string;
  parameters?: (Omit<Parameter, 'schema'> & { schema: Schema | { $ref: string } })[];
  requestBody?: {
    'x-max-bytes': number;
    content: Record<string, { examples: Record<string, { value: unknown }> }>;
  };
}

interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

const document: Document = parse(
  readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'),
);

/** Every operation of `openapi.yaml`, in its order. */
export const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => read(method, path, described)),
);

function read(
  method: string,
  path: string,
  { operationId, parameters = [], requestBody }: Described,
): Operation {
  return {
    operationId,
    method: method.toUpperCase(),
    path,
    parameters: parameters.map(({ schema, ...rest }) => ({ ...rest, schema: resolve(schema) })),
    ...(requestBody && {
      body: {
        maxBytes: requestBody['x-max-bytes'],
        types: Object.keys(requestBody.content),
        examples: Object.values(requestBody.content).flatMap(({ examples }) =>
          Object.values(examples).map(({ value }) => value),
        ),
      },
    }),
  };
}

function resolve(schema: Schema | { $ref: string }): Schema {
  if (!('$ref' in schema)) return schema;
  const name = schema.$ref.split('/').at(-1) ?? '';
  const found = document.components.schemas[name];
  if (!found) throw new Error(`openapi.yaml has no schema ${name}`);
  return found;
}
