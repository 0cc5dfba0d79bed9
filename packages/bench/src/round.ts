import { endAll } from '@heptathlon/targets';
import type { Setting } from './contender.js';
import { Entrant } from './entrant.js';
import { costOf } from './figures.js';
import { passesOf } from './phases.js';
import { orderOf } from './plan.js';
import type { Cell, Start } from './result.js';

/** The suite spends half of its time waiting. */
const PROVED_AT_ONCE = 3;

/**
 * Measures a round: all contenders, each in a fresh server of its own, event by event.
 *
 * All are open at once, and take turns, so that what the machine does at a time it does to all of them.
 * The speed of a shared machine drifts by more than most frameworks differ, over seconds as over hours
 * (Abedi and Brecht 2017, "Conducting repeatable experiments in highly variable cloud computing environments";
 * Bulej et al. 2020, "Duet benchmarking").
 *
 * @throws the signal's reason, where it ends the round; what goes wrong with a contender makes its cells void
 * @throws {Error} where PostgreSQL does not answer any more, or a generator died twice: no fault of a contender
 */
export async function measureRound(
  round: number,
  setting: Setting,
): Promise<{ cells: Cell[]; starts: Start[] }> {
  const { plan, progress, signal, database } = setting;
  const entrants = orderOf(plan, round).map((name) => new Entrant(round, name, setting));
  try {
    for (const entrant of entrants) {
      signal.throwIfAborted();
      await entrant.enter();
    }
    if (!plan.unproved) await prove(entrants, setting);
    await database.check();
    const passes = passesOf(plan, round);
    for (const pass of passes) {
      for (const [index, event] of plan.events.entries()) {
        await pass(event, entrants, setting);
        // Without it all would be void that comes, for no fault of the servers.
        await database.check();
        progress.did(entrants.length);
        if (pass !== passes.at(-1)) continue;
        for (const { name, cells } of entrants) {
          const cell = cells[index];
          if (cell) progress.say(`round ${round}, ${name} ${event}: ${describeCell(cell)}`);
        }
      }
    }
  } finally {
    await endAll(...entrants.map((entrant) => () => entrant.leave()));
  }
  await Promise.all(entrants.map((entrant) => entrant.account()));
  return {
    cells: entrants.flatMap(({ cells }) => cells),
    starts: entrants.map(({ start }) => start),
  };
}

async function prove(entrants: Entrant[], { progress }: Setting): Promise<void> {
  progress.doing('proving all with the conformance suite');
  for (let first = 0; first < entrants.length; first += PROVED_AT_ONCE) {
    const some = entrants.slice(first, first + PROVED_AT_ONCE);
    await Promise.all(some.map((entrant) => entrant.prove()));
  }
}

/** What came of a cell, in a line. */
function describeCell({ phases, warmUp }: Cell): string {
  const found = Object.values(phases).map((phase) => {
    const cost = costOf(phase);
    const { load } = phase;
    if (phase.void !== null) return `void, ${phase.void}`;
    const rate = load ? `${(load.requests / load.seconds).toFixed(0)}/s` : '';
    return cost === undefined ? rate : `${cost.toFixed(1)} µs at ${rate}`;
  });
  return [...found, ...(warmUp?.steady === false ? ['not steady'] : [])].join('; ');
}
