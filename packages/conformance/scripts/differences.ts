import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@heptathlon/db/embedded';
import { endAll } from '@heptathlon/targets';
import { observeAll, render } from './differences-table.ts';

try {
  await write();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
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
