import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '../dist/embedded/index.js';
import { prepareDatabase } from '../src/prepare.js';

/** Debian's package pgbouncer puts it where root alone looks. */
const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path));
const withPooler = test.runIf(program);

let server: EmbeddedPostgres;
let folder: string;
beforeAll(async () => {
  server = await startEmbeddedPostgres();
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heptathlon-test-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const dropped =
  'ignore_startup_parameters = search_path, client_connection_check_interval, statement_timeout';

withPooler.each([
  ['transaction', ''],
  ['transaction', dropped],
  ['session', dropped],
  ['transaction', dropped, 'search_path = public', 'client_connection_check_interval = 100'],
])(
  'PgBouncer in %s mode is refused before anything is made: %s',
  async (mode, ignored, ...settings) => {
    const url = new URL(await server.createDatabase('test_pooler', { seeded: false }));
    const sql = postgres(url.href, { max: 1 });
    for (const setting of settings) await sql.unsafe(`alter database test_pooler set ${setting}`);
    const port = await freePort();
    writeFileSync(join(folder, 'users'), `"${url.username}" "${url.password}"\n`);
    writeFileSync(
      join(folder, 'ini'),
      `[databases]
* = host=127.0.0.1 port=${url.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users
pool_mode = ${mode}
${ignored}
`,
    );
    const asRoot = process.getuid?.() === 0;
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'])));
    const pooler = spawn(String(program), [join(folder, 'ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(asRoot && { uid, gid }),
    });
    try {
      let said = '';
      while (!said.includes('process up')) said += (await once(pooler.stderr, 'data'))[0];
      pooler.stderr.resume();
      const through = new URL(url);
      through.port = String(port);
      await expect(prepareDatabase(through.href)).rejects.toThrow(
        /^The database test_pooler at \S+ cannot be prepared: a pooler such as PgBouncer is in between, /,
      );
      expect(await sql`select from pg_namespace where nspname = 'drizzle'`).toEqual([]);
    } finally {
      pooler.kill('SIGKILL');
      await once(pooler, 'close');
      await sql.end();
    }
  },
);
