import { styleText } from 'node:util';
import type { Difference } from './cross-check.js';
import type { Report, Result } from './suite.js';

const marks = {
  passed: styleText('green', '✓'),
  failed: styleText('red', '✗'),
  'not checked': styleText('yellow', '–'),
};

/** Prints what came of a server: a line a rule, and what was wrong under it. */
export function printReport({ url, results, passed, failed, notChecked }: Report): void {
  console.log(url);
  for (const result of results) console.log(line(result));
  const rest = notChecked > 0 ? `, ${notChecked} not checked` : '';
  console.log(`${passed} passed, ${failed} failed${rest}\n`);
}

function line({ status, rule, title, message }: Result): string {
  return `  ${marks[status]} ${rule.padEnd(23)} ${title}${message ? `\n      ${message}` : ''}`;
}

/** Prints in what servers differ. */
export function printDifferences(differences: Difference[]): void {
  console.log(`cross-check: ${differences.length === 0 ? 'no difference' : 'they differ'}`);
  for (const { request, answers } of differences) {
    console.log(`  ${request}`);
    for (const { urls, answer } of answers) {
      console.log(`    ${urls.join(', ')}: ${JSON.stringify(answer).slice(0, 300)}`);
    }
  }
}
