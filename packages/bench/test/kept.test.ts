import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { formatJson } from '../src/output/json.js';
import { bench, readResults, test } from './bench-process.js';
import { madeUp } from './results.js';

const short = [
  ...['--targets', 'node', '--events', 'plaintext', '--no-control', '--no-proof'],
  ...['--phases', 'saturation', '--warm-up', '0.3', '--duration', '0.3', '--rounds', '1'],
];

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
});
afterAll(() => postgres.stop());

describe.concurrent('a folder that cannot be written', () => {
  test.for([
    ['a file where a folder should be', 'file/results.json', /\(E(NOTDIR|EXIST)\)/],
    ['a folder where the file should be', 'folder', /\(it is no file\)/],
  ] as const)('is found before anything is started: %s', async ([, name, cause], { folder }) => {
    writeFileSync(join(folder, 'file'), '');

    mkdirSync(join(folder, 'folder'));
    const out = join(folder, name);
    const { code, stdout, stderr } = await bench([...short, '--out', out]).ended;
    expect(stderr).toMatch(cause);
    expect(stderr).toMatch(/^.+ cannot be written \(.+\): name another with --out\.\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(readdirSync(folder).toSorted()).toEqual(['file', 'folder']);
  });

  test('while the bench runs: the results are kept elsewhere, and can be resumed', async ({
    folder,
  }) => {
    const out = join(folder, 'results', 'run.json');
    const running = bench([...short, '--out', out], { TMPDIR: folder });
    await running.untilRuns(/apps\/node\/dist\/server\.js/);
    renameSync(dirname(out), join(folder, 'away'));
    writeFileSync(dirname(out), 'in the way');
    const { code, stdout, stderr } = await running.ended;
    expect(stderr).toContain(`${out} cannot be written (E`);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(1);
    const kept = /results: (\S+)/.exec(stdout)?.[1] ?? '';
    expect(dirname(dirname(kept))).toBe(folder);
    expect(readdirSync(dirname(kept)).toSorted()).toEqual(['run.html', 'run.json', 'run.md']);
    expect(readResults(kept)).toMatchObject({ interrupted: false, cells: [{ round: 1 }] });
    expect(readdirSync(join(folder, 'away'))).toEqual([]);
  });
});

// As a full disk: a part of a file is written, the rest is not. PostgreSQL is another's, and not limited.
test('a full disk: the figures are printed all the same, and nothing half is left', async ({
  folder,
  out,
}) => {
  const env = { DATABASE_URL: postgres.url, TMPDIR: folder };
  const limited = ['bash', '-c', 'ulimit -S -f 1 && exec "$@"', 'bash'];
  const { code, stdout, stderr } = await bench([...short, '--out', out], env, limited).ended;
  expect(stdout).toMatch(/^plaintext\n cost/m);
  expect(stderr).toMatch(/^The rounds so far are not kept: .* cannot be written \(EFBIG\)/m);
  expect(stderr.trim().split('\n').at(-1)).toBe(
    `${out} cannot be written (EFBIG), nor can ${folder} (EFBIG).`,
  );
  expect(stderr).not.toContain('    at ');
  expect(code).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

describe.concurrent('--resume', () => {
  test('of a run that was killed after its last round writes the report', async ({
    folder,
    out,
  }) => {
    writeFileSync(out, formatJson({ ...madeUp(), interrupted: true }));
    const { code, stderr } = await bench(['--resume', out]).ended;
    expect(stderr).not.toContain('round ');
    expect(code).toBe(0);
    expect(readResults(out)).toEqual(madeUp());
    expect(readdirSync(folder).toSorted()).toEqual(['results.html', 'results.json', 'results.md']);
  });

  test.for([
    ['half of one', formatJson(madeUp()).slice(0, 5000), 'cannot be read (it is no JSON).'],
    ['none', undefined, 'cannot be read (ENOENT).'],
    ['another version', '{"version":4}', 'is no results file of version 5 or 6, which'],
  ] as const)(
    'of %s is one clear line, exit code 2, and changes nothing',
    async ([, content, message], { folder }) => {
      const file = join(folder, 'new', 'results.json');
      const written = content === undefined ? file : join(folder, 'results.json');
      if (content !== undefined) writeFileSync(written, content);
      const { code, stderr } = await bench(['--resume', written]).ended;
      expect(stderr).toMatch(/^.+\n$/);
      expect(stderr).toContain(`${written} ${message}`);
      expect(code).toBe(2);
      if (content === undefined) expect(existsSync(dirname(file))).toBe(false);
      else expect(readFileSync(written, 'utf8')).toBe(content);
    },
  );
});
