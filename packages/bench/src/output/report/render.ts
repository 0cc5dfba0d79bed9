import { createHash } from 'node:crypto';
import { Eta } from 'eta';
import type { Results } from '../../result.js';
import { list } from '../format.js';
import { readScript, readStyle, views } from './assets.js';
import type { EventView } from './event.js';
import { splitParts } from './split.js';
import { type View, viewOf } from './view.js';

const eta = new Eta({ views, autoTrim: [false, 'nl'], cache: true });

/**
 * The results as a page that stands alone: it holds its style, its script and the results, and its
 * policy lets it load nothing and run nothing else.
 */
export function renderReport(results: Results): string {
  const style = readStyle();
  const script = readScript();
  const view = viewOf(results);
  return eta.render('page', {
    ...dataOf(view),
    style,
    script,
    policy: `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'`,
    json: embed(results),
    chartsJson: embed(view.charts),
  });
}

/** The parts of the page that another page can show: all but the curves is there without a script. */
export type Part = 'validity' | 'forest' | 'control' | 'starts' | 'method';
export type EventPart = 'findings' | 'costs' | 'split' | 'latency-table' | 'loads';

/** A part of the page, as HTML; `report.css` styles it. */
export function renderPart(view: View, part: Part): string {
  return eta.render(part, dataOf(view));
}

/** A part of what the page says about an event. */
export function renderEventPart(view: View, event: EventView, part: EventPart): string {
  return eta.render(part, { ...dataOf(view), ...event });
}

/** What the templates work with. */
function dataOf(view: View) {
  return {
    ...view,
    splitParts,
    list,
    idOf: (event: string) => `event-${view.events.findIndex((each) => each.event === event) + 1}`,
    styleOf: (name: string) => view.charts.styles.find((each) => each.name === name),
  };
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** JSON that can stand in a script element: nothing in it ends the element, or starts a comment. */
const embed = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
