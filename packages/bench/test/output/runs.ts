import type { Cell, Results } from '../../src/result.js';
import { madeUp, voidCell } from '../results.js';

/** A fault that every output has to show, with its badge and its reason. */
export interface Case {
  what: string;
  badge: string;
  reason: string;
  results: Results;
}

const voidReasons = {
  'the generator is the limit': 'the generator used 93.1 % of its core',
  'one wrong byte': '1 of 2000 answers was wrong: byte 17 of the body',
  'dropped iterations': '42 iterations were dropped',
  'rate not reached': '1890 of 2000 requests/s were reached, 94.5 %',
};

/** In one round of hono, so that there are figures beside it; and in all of them. */
export const cases: Case[] = [
  ...Object.entries(voidReasons).flatMap(([what, reason]) =>
    [1, 4].map((rounds): Case => {
      const results = madeUp();
      for (const cell of results.cells) {
        if (isHono(cell) && cell.round <= rounds) voidCell(cell, results.plan, reason);
      }
      return { what: `${what}, in ${rounds} of 4 rounds`, badge: 'void', reason, results };
    }),
  ),
  {
    what: 'never steady',
    badge: 'not steady',
    reason: 'its cost had not come to rest after 1 s of warm-up',
    results: madeUp({
      change: (cell) => {
        if (isHono(cell) && cell.warmUp) cell.warmUp.steady = false;
      },
    }),
  },
  {
    what: 'interrupted',
    badge: 'interrupted',
    reason: 'the run was ended before all was measured',
    results: interrupted(),
  },
];

function isHono({ name, event }: Cell): boolean {
  return name === 'hono' && event === 'json';
}

function interrupted(): Results {
  const results = madeUp();
  results.interrupted = true;
  results.cells = results.cells.filter(({ round }) => round < 4);
  return results;
}

/** As much as `--preset full` measures, with figures as long as they get. */
export function fullRun(): Results {
  const share = (step: number) => 1 - 0.86 ** step;
  return madeUp({
    contenders: ['node', 'express', 'fastify', 'hono', 'nest'],
    events: ['plaintext', 'json', 'jsonBody', 'params', 'db', 'queries', 'template'],
    rounds: 10,
    // Figures that no two rounds share.
    cost: ({ name, event, round }) =>
      20 + name.length * 2 + event.length + Math.sin(round * name.length * event.length),
    change: ({ phases, warmUp, round }) => {
      if (phases.fixedRate?.load) {
        phases.fixedRate.load.distribution = Array.from({ length: 64 }, (_, step) => [
          Number(share(step).toFixed(6)),
          Number((0.1 + step ** 1.5 / 60 + round / 1000).toFixed(4)),
        ]);
      }
      if (warmUp) {
        warmUp.trace = Array.from({ length: 20 }, (_, step) => ({
          seconds: Number((step / 4 + 0.2513).toFixed(3)),
          cost: Number((40 + 60 / (step + 1) + round / 7).toFixed(3)),
        }));
      }
    },
  });
}
