import { findTarget, type Target } from '@heptathlon/targets';
import { summarise } from '../summary.js';
import type { Measure, Verdict } from './cli.js';
import { stepsPerMicrosecond } from './work.js';

const RUNS = 10;
const COMMON = ['--events', 'json', '--phases', 'saturation'];

/** What is to be found, and in how many of the runs. */
const trials: Record<string, { share: number; enough: number }> = {
  full: { share: 0.05, enough: RUNS },
  quick: { share: 0.1, enough: RUNS - 1 },
};

/** A difference that is there is found, with the right sign, and about as large as it is. */
export async function verifyPower(measure: Measure, asked: string[]): Promise<Verdict> {
  const base = burning('fastify', 0, 0);
  const tried = await measure([...COMMON, '--no-control', '--rounds', '8'], { targets: [base] });
  const costs = summarise(tried).flatMap(({ rows }) => rows.flatMap((row) => row.costs));
  // At its best, as the steps are: a share of the work, whatever the machine does meanwhile.
  const cost = Math.min(...costs.map((round) => round.cost));
  const verdicts: Verdict[] = [];
  for (const [preset, { share, enough }] of Object.entries(trials)) {
    if (asked.length > 0 && !asked.includes(preset)) continue;
    const found = await find(measure, base, cost, { share, preset });
    verdicts.push({
      claim: `${share * 100} % more found in ${found} of ${RUNS} ${preset} runs (${enough})`,
      holds: found >= enough,
    });
  }
  return {
    claim: verdicts.map(({ claim }) => claim).join(', '),
    holds: verdicts.length > 0 && verdicts.every(({ holds }) => holds),
  };
}

/** In how many runs it is found. */
async function find(
  measure: Measure,
  base: Target,
  cost: number,
  { share, preset }: { share: number; preset: string },
): Promise<number> {
  const slower = burning('fastify', cost * share, stepsPerMicrosecond());
  let found = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const args = [...COMMON, '--seed', String(seed)];
    const results = await measure([...args, '--preset', preset], {
      targets: [base, slower],
    });
    const row = summarise(results)[0]?.rows.find(({ name }) => name === slower.name);
    const run = `${(share * 100).toFixed(0)} % more, run ${seed}`;
    if (!row?.comparison) {
      console.log(`${run}: too few valid rounds to compare`);
      continue;
    }
    const { ratio, t } = row.comparison;
    const isFound = row.differs && t.low <= 1 + share && t.high >= 1 + share;
    if (isFound) found++;
    console.log(
      `${run}: ×${ratio.toFixed(3)} [${t.low.toFixed(3)}, ${t.high.toFixed(3)}]  ${row.differs ? 'a difference' : 'no difference'}${isFound ? '' : ', not as it is'}`,
    );
  }
  return found;
}

/** A target whose requests cost so many µs more, of so many steps each. */
function burning(name: string, microseconds: number, steps: number): Target {
  const target = findTarget(name);
  const [program = '', ...args] = target.command;
  const work = Math.round(microseconds * steps);
  const burn = new URL(`../../dist/verify/burn.js?${work}`, import.meta.url);
  return {
    ...target,
    name: `${name} +${microseconds.toFixed(2)} µs`,
    command: [program, `--import=${burn.href}`, ...args],
  };
}
