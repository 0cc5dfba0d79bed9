import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.js';
import type { Generator, LoadPlan, LoadReport } from '../generator.js';
import { onCores } from '../pinning.js';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** autocannon as a generator: it comes with npm, hence it is there where k6 cannot be had. */
export function autocannonGenerator(): Generator {
  const { version } = createRequire(import.meta.url)('autocannon/package.json');
  return { name: 'autocannon', version, run };
}

async function run({ signal, cores, ...plan }: LoadPlan): Promise<LoadReport> {
  const command = onCores(cores, [process.execPath, worker, JSON.stringify(plan)]);
  const { code, stdout, stderr, cpu } = await runChild(command, { signal });
  if (code !== 0) throw new Error(`autocannon ended with exit code ${code}: ${stderr.trim()}`);
  return { load: JSON.parse(stdout), cpu };
}
