// Draws the flame graph. d3 and d3-flame-graph stand before it in the same script.
const tree = JSON.parse(document.getElementById('tree').textContent);
const container = document.getElementById('graph');
const percent = (samples) => `${((samples / tree.value) * 100).toFixed(1)} %`;

const colours = new Map(
  [...document.querySelectorAll('#legend [data-package]')].map((item) => [
    item.dataset.package,
    getComputedStyle(item.querySelector('.colour')).backgroundColor,
  ]),
);

function describe({ data }) {
  const { name, package: origin, place, value, self } = data;
  const where = [origin, place].filter((text) => text && text !== name).join(', ');
  return `${name}${where && ` (${where})`}: ${percent(value)}, ${percent(self)} itself`;
}

const chart = flamegraph
  .default()
  .width(container.clientWidth)
  .cellHeight(20)
  .minFrameSize(1)
  .transitionDuration(0)
  .sort((one, other) => d3.descending(one.data.value, other.data.value))
  .setLabelHandler(describe)
  .setColorMapper(({ data, highlight }) =>
    highlight ? '#e600e6' : (colours.get(data.package) ?? '#c9c9c9'),
  )
  .setSearchMatch(({ data }, term) =>
    `${data.name} ${data.package}`.toLowerCase().includes(term.toLowerCase()),
  )
  .setDetailsElement(document.getElementById('details'));

d3.select(container).datum(tree).call(chart);

addEventListener('resize', () => {
  chart.width(container.clientWidth);
  chart.update();
});

const search = document.getElementById('search');
search.addEventListener('submit', (event) => {
  event.preventDefault();
  chart.search(search.elements.term.value);
});
search.addEventListener('reset', () => {
  chart.clear();
  chart.resetZoom();
});
