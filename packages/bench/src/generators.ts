import { Autocannon } from './autocannon/run.js';
import type { Generator } from './generator.js';
import { findK6 } from './k6/find.js';
import { type K6Generator, k6Generator } from './k6/run.js';
import type { SaturationGenerator } from './plan.js';
import { wrkGenerator } from './wrk/run.js';

/** The programs that load. */
export interface Generators {
  saturation: Partial<Record<SaturationGenerator, Generator>>;
  /** It warms servers up, whoever saturates them. */
  autocannon: Autocannon;
  /** undefined where it is not installed, or the plan has no use for it. */
  k6: K6Generator | undefined;
}

/**
 * Finds the programs that a plan needs.
 *
 * @param saturating those that saturate
 * @throws {Error} in one line, where one of these is not installed
 */
export async function findGenerators(
  saturating: SaturationGenerator[],
  wantsK6: boolean,
): Promise<Generators> {
  const found = wantsK6 || saturating.includes('k6') ? await findK6() : undefined;
  const k6 = found && k6Generator(found);
  const autocannon = new Autocannon();
  const saturation: Generators['saturation'] = {};
  for (const name of saturating) {
    const asked = { autocannon, k6, wrk: name === 'wrk' ? await wrkGenerator() : undefined }[name];
    if (!asked) throw new Error(notInstalled(name));
    saturation[name] = asked;
  }
  return { saturation, autocannon, k6 };
}

function notInstalled(name: SaturationGenerator): string {
  return name === 'k6'
    ? 'k6 is not installed. Install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go, with which `npm run bench` builds it, or use --generator autocannon.'
    : 'wrk is not installed. Install it (apt install wrk, brew install wrk), or use --generator autocannon.';
}
