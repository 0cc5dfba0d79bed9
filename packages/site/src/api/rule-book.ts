import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { parse } from 'yaml';
import { root } from '../repository.js';
import { type Schema, shapeOf } from './shape.js';

/** `openapi.yaml` for people, without a script. */
export interface RuleBook {
  title: string;
  summary: string;
  /** As HTML. */
  description: string;
  /** Where servers are, unless they are told. */
  server: string;
  operations: Operation[];
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  /** As HTML, as the other texts. */
  summary: string;
  description: string;
  parameters: {
    name: string;
    where: string;
    description: string;
    /** As `shapeOf` tells it. */
    shape: string;
    example: string;
  }[];
  body: Media | undefined;
  answers: Answer[];
}

/** A body. */
export interface Media {
  /** Its media type. */
  type: string;
  /** As `shapeOf` tells it. */
  shape: string;
  example: string;
}

export interface Answer extends Media {
  status: string;
  /** As HTML. */
  description: string;
  headers: string[];
}

/** The document as it is. */
export const source = () => readFileSync(join(root, 'openapi.yaml'), 'utf8');

/** The part of OpenAPI that the document uses. */
interface Specification {
  info: { title: string; summary: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, SpecifiedOperation>>;
  components: { responses: Record<string, SpecifiedAnswer>; schemas: Record<string, Schema> };
}

interface SpecifiedOperation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: {
    name: string;
    in: string;
    description?: string;
    schema: Schema;
    example?: unknown;
  }[];
  requestBody?: { content: Content };
  responses: Record<string, SpecifiedAnswer | { $ref: string }>;
}

interface SpecifiedAnswer {
  description: string;
  headers?: Record<string, { example?: unknown }>;
  content?: Content;
}

type Content = Record<
  string,
  { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
>;

export function readRuleBook(): RuleBook {
  const { info, servers, paths, components } = parse(source()) as Specification;
  const { responses, schemas } = components;
  return {
    title: info.title,
    summary: info.summary,
    description: html(info.description),
    server: servers[0]?.url ?? '',
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...{ id: operation.operationId, method: method.toUpperCase(), path },
        summary: marked.parseInline(operation.summary, { async: false }),
        description: html(operation.description ?? ''),
        parameters: (operation.parameters ?? []).map(
          ({ name, in: where, description, schema, example }) => ({
            ...{ name, where },
            description: html(description ?? ''),
            shape: shapeOf(schema, schemas),
            example: example === undefined ? '' : String(example),
          }),
        ),
        body: operation.requestBody && mediaOf(operation.requestBody.content, schemas),
        answers: Object.entries(operation.responses).map(([status, answer]) => {
          const { description, headers = {}, content = {} } = resolve(answer, responses);
          return {
            ...{ status, description: html(description), ...mediaOf(content, schemas) },
            headers: Object.entries(headers).map(
              ([name, { example: value }]) => `${name}: ${value}`,
            ),
          };
        }),
      })),
    ),
  };
}

function resolve(
  answer: SpecifiedAnswer | { $ref: string },
  responses: Record<string, SpecifiedAnswer>,
): SpecifiedAnswer {
  if (!('$ref' in answer)) return answer;
  const found = responses[answer.$ref.replace('#/components/responses/', '')];
  if (!found) throw new Error(`openapi.yaml refers to ${answer.$ref}, which it does not have`);
  return found;
}

/** The first media type, and its first example. */
function mediaOf(content: Content, schemas: Record<string, Schema>): Media {
  const [[type, { schema, example, examples }] = ['', { schema: {} }]] = Object.entries(content);
  const value = example ?? Object.values(examples ?? {})[0]?.value ?? '';
  return {
    ...{ type, shape: shapeOf(schema, schemas) },
    example: typeof value === 'string' ? value.trimEnd() : JSON.stringify(value),
  };
}

const html = (text: string) => marked.parse(text, { async: false }).trim();
