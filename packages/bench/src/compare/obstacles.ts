import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../plan.js';
import type { PhaseName, Results } from '../result.js';

/** What makes two runs incomparable, each in a line; none where nothing does. */
export function findObstacles(from: Results, to: Results): string[] {
  const obstacles: string[] = [];
  const same = (what: string, of: (results: Results) => unknown) => {
    const [one, other] = [of(from), of(to)];
    if (!isDeepStrictEqual(one, other)) obstacles.push(`${what}: ${say(one)} and ${say(other)}`);
  };
  const plan = (what: string, of: (plan: Plan) => unknown) =>
    same(what, (results) => of(results.plan));
  for (const [index, { interrupted }] of [from, to].entries()) {
    if (interrupted) obstacles.push(`the ${index === 0 ? 'first' : 'second'} run was interrupted`);
  }
  same('machine', ({ machine: { cpu, cores, platform } }) => `${cpu}, ${cores} cores, ${platform}`);
  same('kernel', ({ machine }) => machine.kernel);
  same('Node', ({ machine }) => machine.node);
  same('limit on CPU time', ({ machine }) => machine.quota ?? 'none');
  // An earlier bench did not look.
  if (from.machine.environment && to.machine.environment) {
    same('environment', ({ machine }) => machine.environment);
  }
  same('PostgreSQL', ({ postgres }) => postgres.version);
  same('cores', ({ pinning }) => pinning);
  same('generators', ({ generators }) =>
    generators.map(({ name, version }) => `${name} ${version}`).toSorted(),
  );
  plan('connections', ({ connections }) => connections);
  plan('warm-up', ({ warmUp }) => warmUp);
  plan('diagnostic', ({ diagnostic }) => diagnostic);
  plan('proof', ({ unproved }) => (unproved ? 'none' : 'the conformance suite'));
  plan('scenario', ({ scenario }) => scenario);
  return obstacles;
}

/** What makes the figures of a phase incomparable, those of other phases aside; undefined where nothing does. */
export function findPhaseObstacle(
  phase: PhaseName,
  from: Results,
  to: Results,
): string | undefined {
  const ask = {
    saturation: ({ saturation }: Plan) => saturation,
    fixedRate: ({ fixedRate }: Plan) => fixedRate?.duration ?? null,
    scenario: ({ scenario }: Plan) => scenario,
  }[phase];
  const [one, other] = [ask(from.plan), ask(to.plan)];
  const what = phase === 'fixedRate' ? 'duration at the fixed rate' : phase;
  return isDeepStrictEqual(one, other) ? undefined : `${what}: ${say(one)} and ${say(other)}`;
}

const say = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
