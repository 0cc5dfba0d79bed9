import type { Results } from '../../result.js';
import { renderTable } from '../table.js';

/** The results as a page that stands alone. */
export function renderReport(results: Results): string {
  return `<!doctype html><pre>${renderTable(results).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>`;
}
