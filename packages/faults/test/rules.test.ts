import { expect, test } from 'vitest';
import { rules } from '../src/index.js';
import { targets } from './rule.js';

test.each(targets)('$name says that it breaks rules that there are', ({ breaks = [] }) => {
  const known: string[] = [...rules];
  const faults = breaks.filter((name) => name.startsWith('fault.'));
  expect(faults.filter((name) => !known.includes(name))).toEqual([]);
});
