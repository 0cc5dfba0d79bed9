import { meritOf, namesOf } from '../plan.js';
import type { Results } from '../result.js';
import { type EventSummary, type Row, summarise } from '../summary.js';
import { byLoad, describeVoids } from './describe.js';
import { list, micros, NONE } from './format.js';

/**
 * What a contender's requests cost, in every event. It has no ratios: each event has a baseline of its own, and those of
 * two baselines in a row would be compared.
 */
export interface Overview {
  events: string[];
  /** At what load, in words; empty where nothing has a cost. */
  load: string;
  rows: { name: string; cells: OverviewCell[] }[];
}

interface OverviewCell {
  /** µs a request, or why there is no figure. */
  text: string;
  /** Whether it is the cheapest, or does not differ from it. */
  leads: boolean;
  /** Rounds that do not count, in words: `3 of 10 void`; not there where all count, or none. */
  voids?: string;
}

/**
 * The run in one table: contenders in the plan's order, without the control.
 *
 * @param summaries of the same run: they take a while
 */
export function overviewOf(
  results: Results,
  summaries: EventSummary[] = summarise(results),
): Overview {
  const { plan } = results;
  const merit = meritOf(plan);
  const cellOf = (name: string, { rows }: EventSummary): OverviewCell => {
    const row = rows.find((each) => each.name === name);
    if (row?.cost === undefined) {
      const isVoid = row?.faults.some(({ phase }) => phase === merit);
      return { text: isVoid ? 'void' : NONE, leads: false };
    }
    const { cost, group } = row;
    const voids = describeVoids(row, results);
    return {
      ...{ text: micros(cost), leads: group === 1 },
      ...(voids !== undefined && { voids }),
    };
  };
  const ranking = ({ phases }: Row) => phases[merit];
  const loads = summaries.flatMap(({ rows }) => byLoad(rows, ranking).map(({ load }) => load));
  return {
    events: plan.events,
    load: list([...new Set(loads)]),
    rows: namesOf({ ...plan, control: null }).map((name) => ({
      name,
      cells: summaries.map((summary) => cellOf(name, summary)),
    })),
  };
}
