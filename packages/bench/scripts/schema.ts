import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where the derived file lies. */
export const schemaPath = path('../results.schema.json');

/**
 * Derives the JSON Schema of results files from the types and comments of `src/result.ts`.
 *
 * @returns the text of `results.schema.json`
 */
export function generateSchema(): string {
  const {
    $schema: _,
    definitions,
    ...schema
  } = createGenerator({
    path: path('../src/result.ts'),
    tsconfig: path('../tsconfig.json'),
    type: 'Results',
    topRef: false,
    // The build checks them, with a newer compiler than the one in here.
    skipTypeCheck: true,
  }).createSchema('Results');
  const { license } = JSON.parse(readFileSync(path('../package.json'), 'utf8'));
  const current = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Heptathlon results',
    $comment: `Derived from packages/bench/src/result.ts by npm run generate. Licence: ${license}`,
    ...schema,
    $defs: definitions,
  };
  return `${JSON.stringify(modern(current), null, 2)}\n`;
}

/**
 * The generator writes draft 7; tuples and definitions have other words in 2020-12. No number is below 0 but those of
 * the type `Signed`: a field that is added later is held to that without being asked.
 */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    if (key === 'type' && [inner].flat().includes('number') && !('const' in value)) {
      return [
        [key, inner],
        ['minimum', 0],
      ];
    }
    if (key === 'Signed') return [[key, inner]];
    if (key === '$ref') return [[key, String(inner).replace('#/definitions/', '#/$defs/')]];
    if (key !== 'items' || !Array.isArray(inner)) return [[key, modern(inner)]];
    return [
      ['prefixItems', modern(inner)],
      ['items', false],
    ];
  });
  return Object.fromEntries(entries);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(schemaPath, generateSchema());
}
