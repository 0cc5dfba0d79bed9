/** What other packages show of results, in the words and figures of this one. */

export { findObstacles, findPhaseObstacle } from './compare/obstacles.js';
export { describeDriver } from './output/describe.js';
export { list, millis, plural } from './output/format.js';
export { type Overview, overviewOf } from './output/overview.js';
export type { Style } from './output/report/curves.js';
export type { EventView } from './output/report/event.js';
export { renderEventPart, renderPart } from './output/report/render.js';
export { type View, viewOf } from './output/report/view.js';
export { meritOf } from './plan.js';
export { readResults } from './read.js';
export type { Results } from './result.js';
export { type EventSummary, type Row, summarise } from './summary.js';
export { UsageError } from './usage.js';
