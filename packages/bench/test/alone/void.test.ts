import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarget } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Options, readOptions } from '../../src/options.js';
import type { Results } from '../../src/result.js';
import { runBench } from '../../src/run.js';

const { signal } = new AbortController();
const fault = (kind: string) => new URL(`../fixtures/faulty.js?${kind}`, import.meta.url).href;

/** The target `node`, with a fault where there is one. */
function targetWith(kind: string | undefined) {
  const node = findTarget('node');
  const [program = '', ...args] = node.command;
  return kind ? { ...node, command: [program, '--import', fault(kind), ...args] } : node;
}

// Each makes a real run go wrong, and the reason has to be in everything that the run leaves behind.
describe.each<{ what: string; kind?: string; args: string[]; reason: RegExp }>([
  {
    what: 'one wrong byte',
    kind: 'wrong',
    args: ['--phases', 'saturation'],
    reason: /1 wrong answer \(the first: status 200, but another body\)/,
  },
  {
    what: 'a generator that is the limit',
    args: ['--phases', 'saturation', '--generator', 'k6'],
    // Where others use the machine it gets no whole core, and the bench says that.
    reason:
      /the generator is the limit: it used \d+ % of its time, the server \d+ %|the server was not saturated: .*something else used \d+ %/,
  },
  {
    what: 'dropped iterations',
    kind: 'stalling',
    args: ['--phases', 'fixed-rate', '--rate', '800'],
    reason: /\d+ iterations were dropped/,
  },
  {
    what: 'a server that never gets steady',
    kind: 'slowing',
    args: ['--phases', 'saturation', '--warm-up', '1'],
    reason: /not steady/i,
  },
])('$what', ({ kind, args, reason }) => {
  let folder: string;
  let out: string;
  let printed = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heptathlon-void-'));
    out = join(folder, 'results.json');
    const common = ['--events', 'plaintext', '--rounds', '1', '--no-control', '--out', out];
    const options = readOptions([...common, ...args]) as Options;
    const log = vi.spyOn(console, 'log').mockImplementation((text) => {
      printed += `${text}\n`;
    });
    await runBench({ ...options, targets: [targetWith(kind)] }, signal);
    log.mockRestore();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is in the table', () => {
    expect(printed.replace(/\s+/g, ' ')).toMatch(reason);
  });

  test('is in the JSON', () => {
    const [cell] = (JSON.parse(readFileSync(out, 'utf8')) as Results).cells;
    if (kind === 'slowing') expect(cell?.warmUp?.steady).toBe(false);
    else expect(Object.values(cell?.phases ?? {})[0]?.void).toMatch(reason);
  });

  test.each(['html', 'md'])('is in the %s', (extension) => {
    const text = readFileSync(out.replace(/json$/, extension), 'utf8');
    // In the page's own words, not only in the data that it carries.
    const shown = text.replace(/<script[\s\S]*?<\/script>/g, '').replace(/\s+/g, ' ');
    expect(reason.test(shown)).toBe(true);
  });
});
