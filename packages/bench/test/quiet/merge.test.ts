import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, runChild } from '../../src/child.js';
import { runCommand } from '../../src/k6/program.js';
import { type Merged, merge } from '../../src/merge/merge.js';
import { readResult } from '../../src/merge/result.js';
import { k6Path } from '../k6.js';
import { error, quantile, shares } from '../quantiles.js';

const { signal } = new AbortController();
const names = ['p50', 'p90', 'p95', 'p99', 'p999'] as const;

describe('several k6', () => {
  const script = fileURLToPath(new URL('../../../../k6/plaintext.ts', import.meta.url));
  const bench = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  const RATE = 100;
  let k6: string;
  let folder: string;
  let url: string;
  let answered = 0;

  // Each answer takes its time: 5 to 105 ms, few of them long, the same in every run.
  const server = createServer((_, response) => {
    const number = answered++;
    const delay = 5 + 100 * ((number * 0.618_033_988_749) % 1) ** 4;
    setTimeout(() => response.end('Hello, World!'), delay);
  }).listen(0, '127.0.0.1');

  beforeAll(async () => {
    k6 = await k6Path();
    folder = await mkdtemp(join(tmpdir(), 'heptathlon-merge-'));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  /** Runs the load in that many parts at once; keeps what each prints, and every raw sample. */
  async function load(
    parts: number,
  ): Promise<{ files: string[]; raw: number[]; done: Finished[] }> {
    const bounds = Array.from({ length: parts + 1 }, (_, part) => `${part}/${parts}`);
    const name = (part: number, kind: string) => join(folder, `${parts}-${part}.${kind}`);
    const done = await Promise.all(
      bounds.slice(1).map((bound, part) =>
        runChild(
          [
            ...[...runCommand(k6), `--out=csv=${name(part, 'csv')}`],
            ...[`--execution-segment=${bounds[part]}:${bound}`],
            ...[`--execution-segment-sequence=${bounds.join()}`, script],
          ],
          {
            signal,
            env: { MERGE: 'true', BASE_URL: url, RATE: String(RATE), VUS: '400', DURATION: '20s' },
          },
        ),
      ),
    );
    const files: string[] = [];
    const raw: number[] = [];
    for (const [part, { stdout, stderr }] of done.entries()) {
      files.push(name(part, 'log'));
      await writeFile(name(part, 'log'), `${stderr}level=info msg="around it"\n${stdout}\n`);
      for (const line of (await readFile(name(part, 'csv'), 'utf8')).split('\n')) {
        const [metric, , value] = line.split(',');
        if (metric === 'http_req_duration') raw.push(Number(value));
      }
    }
    return { files, raw: raw.sort((a, b) => a - b), done };
  }

  const merged = async (files: string[]): Promise<Merged> =>
    merge(
      await Promise.all(files.map(async (file) => readResult(await readFile(file, 'utf8'), file))),
    );

  test('2 and 4 merge into what one would have told', async () => {
    const whole = await load(1);
    const one = await merged(whole.files);
    expect(one.requests).toBe(whole.raw.length);
    for (const parts of [2, 4]) {
      const { files, raw, done } = await load(parts);
      expect(done.map(({ code }) => code)).toEqual(done.map(() => 0));
      const all = await merged(files);
      expect(all.generators).toBe(parts);
      expect(all.requests).toBe(raw.length);
      expect(all.latency.min).toBeCloseTo(raw[0] ?? 0, 6);
      expect(all.latency.max).toBeCloseTo(raw.at(-1) ?? 0, 6);
      expect(all.latency.mean).toBeCloseTo(raw.reduce((a, b) => a + b, 0) / raw.length, 6);
      for (const [index, share] of shares.entries()) {
        const found = all.latency[names[index] as 'p50'];
        // Of the very same requests: the share that all raw samples tell is off by no more than the
        // distance between two points of each part's function, and one of them is an outlier at times.
        const off = parts / raw.length + 0.001;
        expect(found).toBeGreaterThanOrEqual(quantile(raw, Math.max(0, share - off)));
        expect(found).toBeLessThanOrEqual(quantile(raw, Math.min(1, share + off)));
        // Beyond that, requests lie far apart where the machine is busy.
        if (share <= 0.9) expect(error(found, quantile(raw, share))).toBeLessThan(0.02);
      }
      expect(error(all.requests, one.requests)).toBeLessThan(0.01);
      expect(error(all.throughput, RATE)).toBeLessThan(0.05);
      expect(all).toMatchObject({ scenario: 'plaintext', errors: 0, dropped: 0 });
    }
  });

  const command = (...args: string[]) =>
    runChild([process.execPath, bench, 'merge', ...args], { signal });

  test.concurrent('the command prints a table, or JSON', async () => {
    const files = [0, 1].map((part) => join(folder, `2-${part}.log`));
    const { code, stdout, stderr } = await command(...files);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^plaintext: 2 generators, \d+ requests in 20\.\d s, \d+ requests\/s, 0 errors/,
    );
    expect(stdout).toMatch(/p50 +p90 +p95 +p99 +p99\.9 +max/);
    expect(code).toBe(0);
    expect(JSON.parse((await command(...files, '--json')).stdout)).toEqual(await merged(files));
  });

  test.concurrent.each([
    ['a part is missing', ['2-0.log'], 2, 'The part 1/2:1 of the load is missing.'],
    ['a file is missing', ['none.log'], 2, 'none.log cannot be read (ENOENT).'],
    ['a file has no result', ['2-0.csv'], 2, 'holds no result to merge: run k6 with MERGE=true'],
    ['there is no file', [], 2, 'Name the files to merge.'],
  ])('where %s it says so in a line', async (_, files, exitCode, message) => {
    const { code, stderr } = await command(...files.map((file) => join(folder, file)));
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(exitCode);
  });

  test.concurrent('wrong answers are errors, and exit code 1', async () => {
    const text = await readFile(join(folder, '1-0.log'), 'utf8');
    const file = join(folder, 'wrong.log');
    await writeFile(file, text.replace('"fails":0', '"fails":3'));
    const { code, stdout } = await command(file);
    expect(stdout).toContain('3 errors');
    expect(code).toBe(1);
  });
});
