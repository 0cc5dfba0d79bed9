import { setTimeout as sleep } from 'node:timers/promises';
import { type Target, targetsUnderTest } from '@heptathlon/targets';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '../src/index.js';

export const targets = targetsUnderTest();

/** The long form takes as long as the rules say; the short one is for each change. */
export const isLong = process.env.HEPTATHLON_LONG === '1';

/** How long a scenario, and one target's part of it, may take, in ms: they end what hangs, they judge nothing. */
const SCENARIO_TIMEOUT = 1_800_000;
const PATIENCE = isLong ? 900_000 : 180_000;

/** Notes that a target does something else than it should. */
export type Note = (what: string) => void;

/** Does something with each target, side by side. */
export type Each = <T extends { target: Target }>(
  contenders: T[],
  act: (contender: T, note: Note) => Promise<void>,
) => Promise<void>;

/**
 * Tests a rule: the scenario runs once, for all targets, and each has a test that says what was noted. One that breaks
 * the rule and says so has to break it, and in no other way than it says.
 *
 * @param scenario is given a function that does something with each target; one for which it throws has broken the rule
 * @param of the targets that it is for
 */
export function rule(
  name: Rule,
  title: string,
  scenario: (each: Each) => Promise<void>,
  of = targets,
): void {
  describe(`${name}: ${title}`, () => {
    let noted: Map<Target, string[]>;

    beforeAll(async () => {
      noted = await play(scenario);
    }, SCENARIO_TIMEOUT);

    test.each(of)('$name', (target) => {
      const found = noted.get(target) ?? ['it was not tried'];
      const declared = target.failures?.[name];
      const unexpected = found.filter((what) => !declared || !what.includes(declared));
      expect(unexpected.slice(0, 10), `${target.name}, ${title}`).toEqual([]);
      if (declared) expect(found, `${target.name} keeps ${name}`).not.toEqual([]);
    });
  });
}

/** What was noted of each target that something was done with. */
async function play(scenario: (each: Each) => Promise<void>): Promise<Map<Target, string[]>> {
  const notes = new Map<Target, string[]>();
  await scenario(async (contenders, act) => {
    await Promise.all(
      contenders.map(async (contender) => {
        const found = notes.get(contender.target) ?? [];
        notes.set(contender.target, found);
        const note: Note = (what) => void found.push(what);
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
  return notes;
}
