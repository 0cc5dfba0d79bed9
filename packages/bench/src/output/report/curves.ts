import { namesOf, type Plan } from '../../plan.js';
import type { Results } from '../../result.js';
import type { EventSummary, Row } from '../../summary.js';
import { openFigures } from '../columns.js';

/** How a contender's line is drawn. */
export interface Style {
  name: string;
  /** One of the colours `--c0` to `--c5`. */
  colour: number;
  dash: number[];
}

/** What the page's script draws, beside what it finds in the results themselves. */
export interface Charts {
  styles: Style[];
  /** By event and contender: nines of the share (1 is 90 %, 2 is 99 %), and ms. */
  latency: Record<string, Record<string, [nines: number, ms: number][]>>;
}

const COLOURS = 6;
const dashes = [[], [6, 3], [2, 2], [10, 3, 2, 3]];

/** A contender's own colour; the control has that of its contender, and dashes. */
export function stylesOf(plan: Plan): Style[] {
  const contenders = plan.contenders.map(({ name }) => name);
  return namesOf(plan).map((name) => {
    const index = contenders.indexOf(plan.control?.name === name ? plan.control.of : name);
    const dash = Math.floor(index / COLOURS) + (plan.control?.name === name ? 1 : 0);
    return { name, colour: index % COLOURS, dash: dashAt(dash) };
  });
}

const dashAt = (index: number) => dashes[index % dashes.length] ?? [];

/** A style of its own for each of these. */
export function stylesFor(names: string[]): Style[] {
  return names.map((name, index) => {
    return { name, colour: index % COLOURS, dash: dashAt(Math.floor(index / COLOURS)) };
  });
}

export function chartsOf(summaries: EventSummary[], results: Results): Charts {
  return {
    styles: stylesOf(results.plan),
    latency: Object.fromEntries(
      summaries.map(({ event, rows }) => [
        event,
        Object.fromEntries(
          rows.filter(openFigures).map((row) => [row.name, curveOf(row, event, results)]),
        ),
      ]),
    ),
  };
}

/** The curve by nines; the highest stands where one request of all is. */
function curveOf(row: Row, event: string, results: Results): [number, number][] {
  const open = openFigures(row);
  if (!open) return [];
  const requests = results.cells
    .filter((cell) => cell.name === row.name && cell.event === event)
    .map(({ phases }) => phases[open.phase])
    .reduce((sum, found) => sum + (found?.void === null ? (found.load?.requests ?? 0) : 0), 0);
  return open.curve.map(([share, ms]) => [
    Number(Math.min(-Math.log10(1 - share), Math.log10(requests || 1)).toFixed(3)),
    Number(ms.toPrecision(4)),
  ]);
}
