import { operations, type World } from '@heptathlon/contract';
import { expectEqual, expectThat, expectType, Violation } from '../expect.js';
import type { Response } from '../http/response.js';

const template = operations.find((operation) => operation.operationId === 'template');
const example = template?.example ?? '';
const rowPattern = /^ *<tr><td>(\d+)<\/td><td>(\d+)<\/td><\/tr>\n/gm;

/**
 * Reads the rows of the page, and compares all of it with the example in `openapi.yaml`, rows put in.
 *
 * @throws {Violation} where one byte differs
 */
export function expectPage(label: string, response: Response): World[] {
  expectEqual(`${label}: status`, response.status, 200);
  expectType(label, response, template?.contentType ?? '');
  const page = response.body.toString();
  const rows = [...page.matchAll(rowPattern)];
  const expectedRows = [...example.matchAll(rowPattern)];
  expectEqual(`${label}: number of rows`, rows.length, expectedRows.length);
  let next = 0;
  const expected = example.replace(rowPattern, (row) => {
    const [, id = '', randomNumber = ''] = rows[next++] ?? [];
    return row.replace(/\d+(?=<\/td><td>)/, id).replace(/\d+(?=<\/td><\/tr>)/, randomNumber);
  });
  if (page !== expected) throw new Violation(`${label}: ${firstDifference(page, expected)}`);
  return rows.map(([, id, randomNumber]) => {
    const world = { id: Number(id), randomNumber: Number(randomNumber) };
    const inRange = Object.values(world).every((value) => value >= 1 && value <= 10_000);
    expectThat(inRange, `${label}: not a row of world: ${JSON.stringify(world)}`);
    return world;
  });
}

function firstDifference(received: string, expected: string): string {
  const lines = expected.split('\n');
  const index = received.split('\n').findIndex((line, at) => line !== lines[at]);
  return `line ${index + 1}: expected ${JSON.stringify(lines[index])}, received ${JSON.stringify(received.split('\n')[index])}`;
}
