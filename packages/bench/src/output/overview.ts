import { meritOf, namesOf } from '../plan.js';
import type { Results } from '../result.js';
import { type EventSummary, summarise } from '../summary.js';
import { micros, NONE, ratio } from './format.js';

/** What a contender's requests cost, in every event. */
export interface Overview {
  events: string[];
  rows: { name: string; cells: OverviewCell[] }[];
}

interface OverviewCell {
  /** µs a request, and how often that of the cheapest; or why there is none. */
  text: string;
  /** Whether it is the cheapest, or does not differ from it. */
  leads: boolean;
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
    const { cost, comparison, group } = row;
    const times = comparison ? ` ×${ratio(comparison.ratio)}` : '';
    return { text: `${micros(cost)}${times}`, leads: group === 1 };
  };
  return {
    events: plan.events,
    rows: namesOf({ ...plan, control: null }).map((name) => ({
      name,
      cells: summaries.map((summary) => cellOf(name, summary)),
    })),
  };
}
