import { Eta } from 'eta';
import type { Results } from '../result.js';
import { controlOf, summarise } from '../summary.js';
import { describeComparison, describeControl, describeRun } from './table.js';

const template = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Heptathlon <%= it.results.startedAt %></title>
<style>
  :root { color-scheme: light dark; --bar: light-dark(#2f6f8f, #7fc4e0); --void: light-dark(#a33, #f99); --line: light-dark(#ddd, #444); }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); }
  th:first-child, td:first-child, td.void { text-align: left; }
  .void { color: var(--void); white-space: normal; }
  .forest, .words { text-align: left; }
  .round { fill: var(--bar); fill-opacity: .5; }
  .median { stroke: currentColor; stroke-width: 2; }
</style>
</head>
<body>
<h1>Heptathlon</h1>
<p><%= it.results.startedAt %><% if (it.results.interrupted) { %>, <strong class="void">interrupted: not all was measured</strong><% } %></p>
<pre><%= it.description %></pre>
<p>Cost is CPU time a request, in µs; it is what a server costs to run. Figures are medians over the rounds; ratios are paired
by round, with a 95 % interval, and where chance explains them it says so. The load was closed (each connection waits for its
answer), so latency leaves out the waits that the load itself caused, and figures of different runs or machines are not to
be compared. Repeat it with <code><%= it.results.command %></code></p>
<% if (it.control) { %><p><%= it.control %></p><% } %>
<% for (const { event, rows, forest } of it.events) { %>
<h2><%= event %></h2>
<div class="scroll"><table>
<thead><tr><th scope="col">target</th><th scope="col">server µs</th><th scope="col" class="forest">each round, and median</th><th scope="col" class="words">over the cheapest</th><th scope="col">requests/s</th><th scope="col">p50 ms</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">p99.9</th><th scope="col">max</th><th scope="col">PostgreSQL µs</th><th scope="col">generator µs</th><th scope="col">MiB</th></tr></thead>
<tbody>
<% for (const row of rows) { const found = row.medians; %>
<tr><th scope="row"><%= row.name %></th>
<% if (!found) { %><td class="void" colspan="12">void: <%= row.voids.join('; ') %></td>
<% } else { %><td><%= found.serverCost.toFixed(1) %></td>
<td class="forest"><svg viewBox="0 0 200 16" width="200" height="16" role="img" aria-label="<%= row.costs.map(({ cost }) => cost.toFixed(1)).join(', ') %> µs">
<% for (const { cost } of row.costs) { %><circle class="round" cx="<%= forest(cost) %>" cy="8" r="3"/><% } %><path class="median" d="M<%= forest(found.serverCost) %> 2v12"/></svg></td>
<td class="words"><%= it.describeComparison(row) %><% if (row.voids.length > 0) { %> <span class="void">void in some rounds: <%= row.voids.join('; ') %></span><% } %></td><td><%= found.throughput.toFixed(0) %></td>
<td><%= found.latency.p50.toFixed(2) %></td><td><%= found.latency.p90.toFixed(2) %></td><td><%= found.latency.p99.toFixed(2) %></td><td><%= found.latency.p999.toFixed(2) %></td><td><%= found.latency.max.toFixed(2) %></td>
<td><%= found.postgresCost === null ? '–' : found.postgresCost.toFixed(1) %></td><td><%= found.generatorCost.toFixed(1) %></td><td><%= found.memory.toFixed(0) %></td>
<% } %></tr>
<% } %>
</tbody></table></div>
<% } %>
<h2>Targets</h2>
<ul><% for (const { name, framework, version } of it.results.targets) { %><li><%= name %>: <%= framework %> <%= version %></li><% } %></ul>
</body>
</html>
`;

const eta = new Eta({ autoTrim: [false, 'nl'] });

/** The results as a page that stands alone: no script, nothing from the network. */
export function renderReport(results: Results): string {
  const events = summarise(results).map(({ event, rows }) => {
    const costs = rows.flatMap((row) => row.costs.map(({ cost }) => cost));
    return { event, rows, forest: scale(0, Math.max(...costs)) };
  });
  const control = controlOf(results);
  return eta.renderString(template, {
    results,
    events,
    describeComparison,
    description: describeRun(results),
    control: control && describeControl(control),
  });
}

/** Where a cost lies in a drawing that is 200 wide, from 0 to the highest. */
function scale(from: number, to: number): (cost: number) => string {
  const [left, right] = [5, 195];
  return (cost) => (left + ((cost - from) / (to - from || 1)) * (right - left)).toFixed(1);
}
