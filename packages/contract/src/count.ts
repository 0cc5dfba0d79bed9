import { countRange } from './generated.js';

/**
 * The number of rows that `queries` reads: `raw` clamped to 1..500, and 1 where it is no integer (an
 * optional minus and ASCII digits, nothing else).
 *
 * @param raw the value of the query parameter `count` as the framework hands it over: a string, an
 *   array of strings where it was repeated (the first holds), or undefined where it is missing
 */
export function clampCount(raw: unknown): number {
  const text = Array.isArray(raw) ? raw[0] : raw;
  if (typeof text !== 'string' || !/^-?[0-9]+$/.test(text)) return countRange.minimum;
  return Math.min(Math.max(Number(text), countRange.minimum), countRange.maximum);
}
