import { MergeError } from './result.js';

/**
 * Makes sure that the segments are one whole load: none missing, none twice.
 *
 * @param segments as k6 writes execution segments: `0:1/4`, `1/4:1/2`, and so on
 * @throws {MergeError} naming what is missing or overlaps
 * @see https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/#execution-segment
 */
export function checkSegments(segments: string[]): void {
  const parts = segments.map(parse).sort((a, b) => a.from - b.from || a.to - b.to);
  let reached = 0;
  let where = '0';
  for (const { from, to, text } of parts) {
    const [start = '', end = ''] = text.split(':');
    if (isBefore(reached, from)) {
      throw new MergeError(`The part ${where}:${start} of the load is missing.`);
    }
    if (isBefore(from, reached)) {
      throw new MergeError(`The part ${text} of the load is there twice, wholly or partly.`);
    }
    reached = to;
    where = end;
  }
  if (isBefore(reached, 1)) throw new MergeError(`The part ${where}:1 of the load is missing.`);
}

function parse(text: string): { from: number; to: number; text: string } {
  const [from, to] = text.split(':').map((fraction) => {
    const [numerator, denominator = '1'] = fraction.split('/');
    return Number(numerator) / Number(denominator);
  });
  if (from === undefined || to === undefined || !(from < to)) {
    throw new MergeError(`"${text}" is no execution segment.`);
  }
  return { from, to, text };
}

/** Thirds and the like have no exact number. */
function isBefore(a: number, b: number): boolean {
  return a < b - 1e-9;
}
