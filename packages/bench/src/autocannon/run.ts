import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.js';
import type { Generator, LoadPlan, LoadReport } from '../generator.js';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** autocannon as a generator: it comes with npm, hence it is there where k6 cannot be had. */
export function autocannonGenerator(): Generator {
  const { version } = createRequire(import.meta.url)('autocannon/package.json');
  return { name: 'autocannon', version, run };
}

async function run({ signal, ...plan }: LoadPlan): Promise<LoadReport> {
  const { code, stdout, stderr, cpu } = await runChild(
    process.execPath,
    [worker, JSON.stringify(plan)],
    { signal },
  );
  if (code !== 0) throw new Error(`autocannon ended with exit code ${code}: ${stderr.trim()}`);
  return { load: JSON.parse(stdout), cpu };
}
