import { listTargets } from '@heptathlon/targets';
import { expect, test } from 'vitest';
import { help, type Options, readOptions, UsageError } from '../src/options.js';

const read = (...args: string[]) => readOptions(args) as Options;

test('all targets, 20,000 requests and 5,000 connections, with a seed of its own', () => {
  const { targets, requests, raw, path } = read();
  expect(targets).toEqual(listTargets());
  expect({ requests, raw, path }).toEqual({ requests: 20_000, raw: 5000, path: undefined });
  expect(read().seed).not.toBe(read().seed);
});

test('some targets, beside servers that run already', () => {
  const named = ({ targets }: Options) => targets.map(({ name }) => name);
  expect(named(read('--targets', 'node,koa', '--url', 'go=http://127.0.0.1:8080'))).toEqual([
    'node',
    'koa',
    'go',
  ]);
  expect(named(read('--url', 'go=http://127.0.0.1:8080'))).toEqual(['go']);
});

test('help names every option', () => {
  expect(readOptions(['--help'])).toBe('help');
  for (const option of ['requests', 'raw', 'targets', 'url', 'seed', 'path'])
    expect(help).toContain(`--${option} `);
});

test.each([
  [['--requests', 'many'], '--requests is a whole number, not "many"'],
  [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
  [['--path', '1:2'], '--path needs the --seed that was printed with it'],
  [['--seed', '1', '--path', 'x'], '--path is what a failure has printed, like 12:0:3, not "x"'],
  [['--targets', 'node,none'], 'There is no target "none"'],
  [['--targets', 'node,node'], '"node" is named twice'],
  [['--url', 'http://127.0.0.1'], '--url is like go=http://127.0.0.1:8080'],
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['stray'], 'Unexpected argument'],
])('a mistake is one line: %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(message);
  expect(() => readOptions(args)).not.toThrow('\n');
});
