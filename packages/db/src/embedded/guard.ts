// Runs PostgreSQL for as long as its standard input is open, so that PostgreSQL ends with the process
// that started it, even where that one is killed.
import { spawn } from 'node:child_process';

const [user = '{}', program = '', ...args] = process.argv.slice(2);
const server = spawn(program, args, {
  ...JSON.parse(user),
  stdio: ['ignore', 'ignore', 'inherit'],
});

server.on('error', (error) => {
  console.error(`${program}: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code) => process.exit(code ?? 1));

// Signals are for whoever started PostgreSQL; it decides when the database is no longer needed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.stdin.resume().on('close', () => {
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one; SIGCONT is for one that was paused.
  server.kill('SIGINT');
  server.kill('SIGCONT');
  setTimeout(() => server.kill('SIGQUIT'), 5000).unref();
});
