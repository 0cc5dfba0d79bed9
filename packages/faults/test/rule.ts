import { setTimeout as sleep } from 'node:timers/promises';
import { type Target, targetsUnderTest } from '@heptathlon/targets';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '../src/index.js';

export const targets = targetsUnderTest();

/** The long form takes as long as the rules say; the short one is for each change. */
export const isLong = process.env.HEPTATHLON_LONG === '1';

/** How long a scenario may take, in ms: a flood is a minute for each target, and may have to be played three times. */
const SCENARIO_TIMEOUT = isLong ? 1_800_000 : 300_000;

/** How long one target may take for its part, in ms: one that hangs is named, and holds no other up. */
const PATIENCE = isLong ? 900_000 : 90_000;

/** Notes that a target does something else than it should, or the right thing too late. */
export interface Note {
  (what: string): void;
  late(what: string): void;
}

/** Does something with each target, side by side. */
export type Each = <T extends { target: Target }>(
  contenders: T[],
  act: (contender: T, note: Note) => Promise<void>,
) => Promise<void>;

/**
 * Tests a rule: the scenario runs once, for all targets, and each has a test that says what was noted. One that breaks
 * the rule and says so has to break it.
 *
 * @param scenario is given a function that does something with each target; one for which it throws has broken the rule
 */
export function rule(name: Rule, title: string, scenario: (each: Each) => Promise<void>): void {
  const breaks = ({ breaks = [] }: Target) => breaks.includes(name);
  const isOnlyLate = ({ of }: Noted) => {
    const unexpected = targets.filter((target) => !breaks(target)).flatMap(of);
    return unexpected.length > 0 && unexpected.every(({ late }) => late);
  };
  describe(`${name}: ${title}`, () => {
    let noted: Noted;

    beforeAll(async () => {
      noted = await play(scenario);
      // A machine that is busy is no fault of a server: what is late every time is late.
      for (let again = 0; again < 2 && isOnlyLate(noted); again++) noted = await play(scenario);
    }, SCENARIO_TIMEOUT);

    test.each(targets)('$name', (target) => {
      const found = noted.of(target).map(({ what }) => what);
      if (breaks(target)) expect(found, `${target.name} keeps ${name}`).not.toEqual([]);
      else expect(found.slice(0, 10), `${target.name}, ${title}`).toEqual([]);
    });
  });
}

/** What was noted of each target. */
interface Noted {
  of: (target: Target) => { what: string; late: boolean }[];
}

async function play(scenario: (each: Each) => Promise<void>): Promise<Noted> {
  const notes = new Map(targets.map(({ name }) => [name, [] as ReturnType<Noted['of']>]));
  const of: Noted['of'] = ({ name }) => notes.get(name) ?? [];
  await scenario(async (contenders, act) => {
    await Promise.all(
      contenders.map(async (contender) => {
        const found = of(contender.target);
        const note: Note = Object.assign((what: string) => void found.push({ what, late: false }), {
          late: (what: string) => void found.push({ what, late: true }),
        });
        try {
          const hangs = sleep(PATIENCE, undefined, { ref: false }).then(() => {
            throw new Error(`not over within ${PATIENCE / 1000} s`);
          });
          await Promise.race([act(contender, note), hangs]);
        } catch (error) {
          note(error instanceof Error ? error.message : String(error));
        }
      }),
    );
  });
  return { of };
}
