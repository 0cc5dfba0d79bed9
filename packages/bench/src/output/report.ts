import { Eta } from 'eta';
import { figures, type Results } from '../result.js';
import { byCost, describeRun } from './table.js';

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
  .bar { display: inline-block; height: .7em; background: var(--bar); margin-right: .5em; vertical-align: baseline; }
  .cost { min-width: 14rem; text-align: left; }
</style>
</head>
<body>
<h1>Heptathlon</h1>
<p><%= it.results.startedAt %><% if (it.results.interrupted) { %>, <strong class="void">interrupted: not all was measured</strong><% } %></p>
<pre><%= it.description %></pre>
<p>Cost is CPU time a request, in µs; it is what a server costs to run. The load was closed (each connection waits for its
answer), so latency leaves out the waits that the load itself caused, and figures of different runs or machines are not to
be compared. Repeat it with <code><%= it.results.command %></code></p>
<% for (const { event, rows } of it.events) { %>
<h2><%= event %></h2>
<div class="scroll"><table>
<thead><tr><th scope="col">target</th><th scope="col" class="cost">server µs</th><th scope="col">PostgreSQL µs</th><th scope="col">generator µs</th><th scope="col">requests/s</th><th scope="col">p50 ms</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">p99.9</th><th scope="col">max</th><th scope="col">MiB</th></tr></thead>
<tbody>
<% for (const { cell, found, share } of rows) { %>
<tr><th scope="row"><%= cell.target %></th>
<% if (cell.void !== null || !found) { %><td class="void" colspan="10">void: <%= cell.void %></td>
<% } else { %><td class="cost"><span class="bar" style="width:<%= (share * 9).toFixed(2) %>rem"></span><%= found.serverCost.toFixed(1) %></td>
<td><%= found.postgresCost === null ? '–' : found.postgresCost.toFixed(1) %></td><td><%= found.generatorCost.toFixed(1) %></td><td><%= found.throughput.toFixed(0) %></td>
<td><%= found.latency.p50.toFixed(2) %></td><td><%= found.latency.p90.toFixed(2) %></td><td><%= found.latency.p99.toFixed(2) %></td><td><%= found.latency.p999.toFixed(2) %></td><td><%= found.latency.max.toFixed(2) %></td><td><%= found.memory.toFixed(0) %></td>
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
  const names = [...new Set(results.cells.map(({ event }) => event))];
  const events = names.map((event) => {
    const cells = byCost(results.cells.filter((cell) => cell.event === event));
    const rows = cells.map((cell) => ({ cell, found: figures(cell) }));
    const highest = Math.max(
      ...rows.map(({ cell, found }) => (cell.void === null ? (found?.serverCost ?? 0) : 0)),
    );
    return {
      event,
      rows: rows.map((row) => ({ ...row, share: (row.found?.serverCost ?? 0) / highest })),
    };
  });
  return eta.renderString(template, { results, events, description: describeRun(results) });
}
