import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { findFault } from '../../src/fault.js';
import type { Generator } from '../../src/generator.js';
import { findGenerators } from '../../src/generators.js';
import { Meter } from '../../src/meter.js';
import { wrkGenerator } from '../../src/wrk/run.js';

const { signal } = new AbortController();
const wrk = await wrkGenerator();

describe.each([
  'autocannon',
  'k6',
  // Not every system has it.
  ...(wrk ? ['wrk' as const] : []),
] as const)('%s', (name) => {
  // k6 waits 10 s for an answer, and is not misled by others meanwhile; autocannon judges by the clock.
  const errorTest = name === 'k6' ? test.concurrent : test;

  async function load(answer: RequestListener, rate?: number, connections = 4) {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const generator = (await findGenerators([name], true)).saturation[name] as Generator;
    const plan = { event: 'plaintext', url, duration: 1, connections, cores: undefined, signal };
    try {
      return await generator.measure(
        { ...plan, ...(rate && { rate }) },
        new Meter(process.pid, undefined),
      );
    } finally {
      await generator.stop?.();
      server.closeAllConnections();
      server.close();
    }
  }

  test('right answers are no errors, and what they cost is measured', async () => {
    let answered = 0;
    const found = await load((_request, response) => {
      answered++;
      response.end('Hello, World!');
    });
    const { requests, errors, seconds, latency } = found.load;
    expect(requests / seconds).toBeGreaterThan(10);
    expect(errors).toBe(0);
    expect(found.answered).toBeGreaterThan(answered * 0.95);
    expect(latency?.max).toBeGreaterThanOrEqual(latency?.p50 ?? Number.POSITIVE_INFINITY);
    const { server, generator, generatorBusy } = found.usage;
    expect((server?.user ?? 0) + (server?.system ?? 0)).toBeGreaterThan(0);
    expect(generator.user + generator.system).toBeGreaterThan(0);
    expect(generatorBusy).toBeGreaterThan(0.01);
    expect(generatorBusy).toBeLessThan(1.2);
  });

  errorTest('one wrong byte is an error, and makes the figures void', async () => {
    let answered = 0;
    const found = await load((_request, response) => {
      response.end(answered++ === 20 ? 'Hello, World?' : 'Hello, World!');
    });
    expect(found.load.errors).toBe(1);
    const seen =
      name === 'k6'
        ? /^1 not as "body is .*"; \d+ requests were counted$/
        : /^1 wrong answer \(the first: status 200, but another body\); \d+ requests were counted$/;
    expect(findFault(found)).toMatch(seen);
  });

  errorTest(
    'a connection that is closed in order, and an answer that is late, are no errors',
    async () => {
      let answered = 0;
      const found = await load((_request, response) => {
        answered++;
        if (answered % 10 === 0) response.setHeader('connection', 'close');
        const answer = () => response.end('Hello, World!');
        if (answered === 15) setTimeout(answer, 1200);
        else answer();
      });
      expect(found.load).toMatchObject({ errors: 0 });
      expect(found.load.seen).toBeUndefined();
      expect(answered).toBeGreaterThan(20);
    },
  );

  // wrk counts what comes late, and is blind to what never comes.
  if (name !== 'wrk')
    errorTest('requests that are never answered are errors', async () => {
      let received = 0;
      const { load: found } = await load((_request, response) => {
        if (received++ < 20) response.end('Hello, World!');
      });
      expect(found.errors).toBeGreaterThan(0);
    });

  errorTest('requests whose connection the server ends are errors', async () => {
    const found = load((request) => request.socket.end());
    // wrk's script is made of the server's own answers.
    if (name === 'wrk') await expect(found).rejects.toThrow();
    else expect((await found).load.errors).toBeGreaterThan(0);
  });

  if (name === 'k6') {
    test('what the user has set for k6 does not reach it', async () => {
      // Each would make it open a connection for each request, or send another number of them.
      const home = mkdtempSync(join(tmpdir(), 'heptathlon-config-'));
      mkdirSync(join(home, 'k6'));
      writeFileSync(join(home, 'k6', 'config.json'), '{"noConnectionReuse":true,"iterations":1}');
      vi.stubEnv('XDG_CONFIG_HOME', home);
      vi.stubEnv('K6_CONFIG', join(home, 'k6', 'config.json'));
      vi.stubEnv('K6_NO_CONNECTION_REUSE', 'true');
      vi.stubEnv('K6_ITERATIONS', '1');
      vi.stubEnv('GODEBUG', 'nonsense');
      vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
      try {
        const sockets = new Set();
        const found = await load((request, response) => {
          sockets.add(request.socket);
          response.end('Hello, World!');
        }, 20);
        expect(found.load).toMatchObject({ rate: 20, errors: 0 });
        expect(found.answered).toBeGreaterThan(10);
        expect(sockets.size).toBeLessThanOrEqual(4);
      } finally {
        vi.unstubAllEnvs();
        rmSync(home, { recursive: true });
      }
    });

    test('a rate is kept, and what a slow server makes late is dropped', async () => {
      const kept = await load((_request, response) => response.end('Hello, World!'), 20);
      expect(kept.load).toMatchObject({ rate: 20, dropped: 0 });
      expect(findFault({ ...kept, usage: { ...kept.usage, stolen: 0 } })).toBeNull();
      expect(kept.load.distribution?.length).toBeGreaterThan(10);
      const late = await load((_request, response) => {
        setTimeout(() => response.end('Hello, World!'), 1000);
      }, 20);
      expect(late.load.dropped).toBeGreaterThan(10);
      expect(findFault(late)).toMatch(/iterations were dropped/);
    });
  }
});
