/** The part of JSON Schema that `openapi.yaml` uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/**
 * A schema in a line, for people: `{ id: integer (1 to 10000) }`.
 *
 * @param schemas those that a `$ref` may name
 * @throws {Error} where it names another
 */
export function shapeOf(schema: Schema, schemas: Record<string, Schema>): string {
  if (schema.$ref) {
    const referred = schemas[schema.$ref.replace('#/components/schemas/', '')];
    if (!referred) throw new Error(`openapi.yaml refers to ${schema.$ref}, which it does not have`);
    return shapeOf(referred, schemas);
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]) => {
      const optional = schema.required?.includes(name) ? '' : '?';
      return `${name}${optional}: ${shapeOf(field, schemas)}`;
    });
    return `{ ${fields.join(', ')} }`;
  }
  const type = [schema.type ?? 'any JSON value'].flat().join(' or ');
  const of = schema.items ? ` of ${shapeOf(schema.items, schemas)}` : '';
  const limits = [
    range(schema.minimum, schema.maximum),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' items'),
    schema.default === undefined ? '' : `${JSON.stringify(schema.default)} by default`,
  ].filter(Boolean);
  return `${type}${limits.length > 0 ? ` (${limits.join(', ')})` : ''}${of}`;
}

function range(from?: number, to?: number, unit = ''): string {
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`;
  if (from !== undefined) return `at least ${from}${unit}`;
  return to === undefined ? '' : `at most ${to}${unit}`;
}
