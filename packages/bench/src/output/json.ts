/** How long an object or array may be to stand on one line. */
const LINE = 120;

/**
 * JSON that people can read and that does not run to a line for each number: what is short, and arrays of
 * numbers however long, stand on one line.
 */
export function formatJson(value: unknown): string {
  return `${format(value, '')}\n`;
}

function format(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const flat = JSON.stringify(value);
  if (flat.length + indent.length <= LINE || isNumeric(value)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + format(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const lines = entries.map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${format(item, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** Whether it holds nothing but numbers, or arrays or objects of them: a series. */
function isNumeric(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((item) => {
    if (typeof item === 'number') return true;
    if (typeof item !== 'object' || item === null) return false;
    return Object.values(item).every((inner) => typeof inner === 'number');
  });
}
