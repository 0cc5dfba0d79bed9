import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { endAll } from '@heptathlon/targets';
import { observeAll, render } from './differences-table.ts';

const help = `Sends what the rule book leaves open to all targets, and to frameworks as they come, and writes what each answers to
docs/differences.md.

usage: npm run differences

It takes half a minute. Exit code: 0, 1 if a target cannot be observed, 2 for a mistake in the command.`;

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(help);
  else await write();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}

async function write(): Promise<void> {
  const postgres = await startEmbeddedPostgres();
  try {
    const found = await observeAll(postgres.url, (name) => console.error(`${name} has answered`));
    writeFileSync(
      fileURLToPath(new URL('../../../docs/differences.md', import.meta.url)),
      render(found),
    );
  } finally {
    await endAll(() => postgres.stop());
  }
}
