import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readmePath, shownFile, withFigures } from '../scripts/readme.js';

/** The formatter pads tables. */
const squeezed = (text: string) => text.replace(/-{3,}/g, '---').replace(/\s+/g, ' ');

test('the README shows the figures of the run that it links: npm run figures writes them', () => {
  const text = readFileSync(readmePath, 'utf8');
  expect(squeezed(withFigures(text, shownFile(text)))).toBe(squeezed(text));
});

test('a text without a place for them gets none', () => {
  expect(() => withFigures('# Heptathlon', 'results/none.json')).toThrow('no place');
  expect(() => shownFile('# Heptathlon')).toThrow('shows no results file');
});
