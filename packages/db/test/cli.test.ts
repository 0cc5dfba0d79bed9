import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../dist/embedded/index.js';

const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

function database(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { child, ended };
}

const connect = (url: string) => postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });

test('npm run database starts one, says where it is and what it holds, and ends with Ctrl-C', async () => {
  const { child, ended } = database();
  const [said] = await once(child.stdout, 'data');
  const url = /postgres:\S+/.exec(String(said))?.[0] ?? '';
  const sql = connect(url);
  const columns = await sql`
    select column_name as name, data_type as type from information_schema.columns
    where table_name = 'world' order by ordinal_position`;
  for (const { name, type } of columns)
    expect(String(said)).toMatch(`  ${name.padEnd(13)}  ${type}`);
  const rule = /random_number .*, (.*)\n/.exec(String(said))?.[1] ?? '';
  expect(await sql`select from world where random_number <> ${sql.unsafe(rule)}`).toEqual([]);
  await sql.end();
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  await expect(connect(url)`select 1`).rejects.toThrow('ECONNREFUSED');
});

test('npm run database -- URL prepares another', async () => {
  const server = await startEmbeddedPostgres();
  try {
    const url = await server.createDatabase('test_cli', { seeded: false });
    const { code, stdout, stderr } = await database(url).ended;
    expect(stderr).toBe('');
    expect(stdout).toContain('The database is migrated and seeded.');
    expect(code).toBe(0);
    const sql = connect(url);
    expect(await sql`select count(*)::int from world`).toEqual([{ count: 10_000 }]);
    await sql.end();
  } finally {
    await server.stop();
  }
});

test.each([
  [
    ['mysql://x'],
    'The URL of a database has to start with postgres:// or postgresql://, not with mysql://\n',
  ],
  [['a', 'b'], 'Name one database at most.\n'],
  [['--port', '1'], /^Unknown option '--port'/],
])('%j is one clear line, exit code 2', async (args, message) => {
  const { code, stderr } = await database(...args).ended;
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});

test('--help says what it does', async () => {
  const { code, stdout } = await database('--help').ended;
  expect(code).toBe(0);
  expect(stdout).toContain('usage: npm run database [-- URL]');
});
