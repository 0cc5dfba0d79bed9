import fc from 'fast-check';

/** A change of a path, in terms that shrink. */
type Mutation =
  | { kind: 'insert'; at: number; text: string }
  | { kind: 'case' | 'escape' | 'escape twice' | 'remove'; at: number };

/** What is put into a path: whatever means something to a router, a decoder or a URL parser. */
const insertions = [
  ...['/', '//', '/.', '/..', '/./', '/../', '/x', '/x/', '.', '..', '...', '/x/..', '/../x'],
  ...['%2e', '%2E%2e', '/%2e%2E/', '/%2E/', '%2F', '%2f', '%5C', '%5c..', '\\', '\\..\\'],
  ...['%00', '%0A', '%0d%0a', '%09', '%20', '%7F', '%80', '%', '%2', '%zz', '%u0041', '%%', '%25'],
  ...['%252F', '%2525', '%25zz', '%C0%AF', '%c0%80', '%E0%80%AF', '%F4%90%80%80', '%ED%A0%80'],
  ...['%C3%A9', '%c3%a9', '%C3', '%C3%28', '%E2%82', '%F0%9F%98%80', '%EF%BB%BF', '%EF%BF%BF'],
  ...['%e2%80%ae', 'e%CC%81', '%3F', '%23', '%3A', '%40', '%3B', '%26', '%2B', '%7B', '%7d'],
  ...[';', ';a=b', ':', ':id', '@', '!', '$', '&', "'", '(', ')', '(.*)', '*', '+', ',', '=', '~'],
  ...['|', '^', '`', '{', '}', '{id}', '<', '>', '"', '[', ']', 'é', '😀', '\u0085', '_', '-'],
  ...['__proto__', 'constructor', 'toString', 'index.html', '.json', 'null', 'undefined'],
];

const at = fc.nat({ max: 24 });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      at,
      text: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...insertions) },
        {
          weight: 1,
          arbitrary: fc
            .string({ unit: 'binary', minLength: 1, maxLength: 3 })
            .map(encodeURIComponent),
        },
        {
          weight: 1,
          arbitrary: fc
            .uint8Array({ minLength: 1, maxLength: 4 })
            .map((bytes) => Buffer.from(bytes).toString('hex').replace(/../g, '%$&')),
        },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'escape' as const,
        'case' as const,
        'escape twice' as const,
        'remove' as const,
      ),
      at,
    }),
  },
);

/** Changes of a path: none, or some. */
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(mutation, { maxLength: 3 });

/** Applies changes; a place past the end is the end. */
export function mutate(path: string, mutations: Mutation[]): string {
  return mutations.reduce((path, mutation) => {
    // After the first slash: what stands before it makes another form of target.
    const at = Math.min(mutation.at + 1, path.length);
    const [before, after] = [path.slice(0, at), path.slice(at)];
    if (mutation.kind === 'insert') return before + mutation.text + after;
    const character = after[0] ?? '';
    const hex = Buffer.from(character).toString('hex').replace(/../g, '%$&');
    const rest = after.slice(1);
    if (mutation.kind === 'case') return before + swapCase(character) + rest;
    if (mutation.kind === 'remove') return before + rest;
    return before + (mutation.kind === 'escape' ? hex : hex.replaceAll('%', '%25')) + rest;
  }, path);
}

const swapCase = (character: string) =>
  character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
