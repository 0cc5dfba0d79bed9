// Draws each metric over time. All else is there without it. charts.js stands before it in the same script.
(() => {
  const charts = read('charts');
  const { servers, plan } = handOut('results');
  const drawn = new Map();
  const minutes = (seconds) => seconds / 60;

  /** Behind the lines: the warm-up, full of faults, and the time of each fault after it. */
  function shade(chart) {
    const { ctx, bbox } = chart;
    const band = (from, to, name) => {
      const [left, right] = [from, to].map((second) =>
        Math.min(
          Math.max(chart.valToPos(minutes(second), 'x', true), bbox.left),
          bbox.left + bbox.width,
        ),
      );
      ctx.fillStyle = colour(name);
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    };
    ctx.save();
    band(0, plan.warmUp, 'warm-up');
    for (const { from, to, isOfDatabase } of servers[0]?.faults ?? []) {
      if (to < plan.warmUp) continue;
      band(Math.max(from, plan.warmUp), to, isOfDatabase ? 'database' : 'client');
    }
    ctx.restore();
  }

  function draw(host) {
    drawn.get(host)?.destroy();
    const { metric } = host.dataset;
    const { title, unit, per } = charts.metrics[metric];
    const data = uPlot.join(
      servers.map(({ at, samples }) => [
        at.map(minutes),
        samples[metric].map((value) => (value === null ? null : value / per)),
      ]),
    );
    const shown = (value) => (value == null ? '–' : `${figure(value)}${unit && ` ${unit}`}`);
    const chart = new uPlot(
      {
        width: host.clientWidth,
        height: 300,
        series: [
          { label: 'min', value: (_chart, at) => (at == null ? '–' : figure(at)) },
          ...charts.styles.map(({ name, colour: index, dash }) => ({
            label: name,
            stroke: colour(`c${index}`),
            width: 1.5,
            dash,
            spanGaps: true,
            points: { show: false },
            value: (_chart, value) => shown(value),
          })),
        ],
        cursor: { drag: { x: true, y: true, uni: 20 }, points: { size: 6 } },
        scales: {
          x: { time: false },
          y: { range: { min: { pad: 0.1, soft: 0, mode: 3 }, max: { pad: 0.1 } } },
        },
        axes: [axis('min'), axis(unit ? `${title}, ${unit}` : title, { size: 46 })],
        hooks: { drawClear: [shade] },
      },
      data,
      host,
    );
    host.chart = chart;
    drawn.set(host, chart);
  }

  const hosts = [...document.querySelectorAll('.chart')];
  keepDrawn(() => hosts.forEach(draw));
})();
