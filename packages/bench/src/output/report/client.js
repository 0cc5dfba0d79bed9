// Draws what is worth zooming into. All else is there without it. charts.js stands before it in the same script.
(() => {
  const charts = read('charts');
  const results = handOut('results');
  /** Host element to chart. */
  const drawn = new Map();

  /** 1, 2 and 5 of every power of ten. */
  function logTicks(_chart, _axis, min, max) {
    const ticks = [];
    for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
      for (const factor of [1, 2, 5]) {
        const tick = factor * 10 ** power;
        if (tick >= min && tick <= max) ticks.push(tick);
      }
    }
    return ticks;
  }

  /** Share of requests, of nines: 1 is 90 %, 2 is 99 %. */
  function share(nines) {
    const digits = Math.max(0, Math.ceil(nines) - 2);
    return `${((1 - 10 ** -nines) * 100).toFixed(digits)} %`;
  }

  const isNarrow = (chart) => chart.width < 500;

  /** Without the space where there is little. */
  const shareLabels = (chart, ticks) =>
    ticks.map((tick) => (isNarrow(chart) ? share(tick).replace(' ', '') : share(tick)));

  const nineTicks = (chart, _axis, min, max) =>
    (isNarrow(chart) ? [0, 1, 2, 3, 4] : [0, -Math.log10(0.5), 1, 2, 3, 4, 5, 6]).filter(
      (tick) => tick >= min && tick <= max,
    );

  /** A little room above and below, on an axis of ratios. */
  const room = (_chart, min, max) => (min === null ? [0.1, 10] : [min / 1.15, max * 1.15]);

  const logAxis = (label) =>
    axis(label, {
      splits: logTicks,
      filter: (_chart, ticks) => ticks,
      values: (_chart, ticks) => ticks.map(figure),
      size: 46,
    });

  function draw(host, { height, series, data, x, y, legend }) {
    drawn.get(host)?.destroy();
    const chart = new uPlot(
      {
        width: host.clientWidth,
        height,
        series,
        legend: { show: legend },
        cursor: { drag: { x: true, y: true, uni: 20 }, points: { size: 6 } },
        scales: {
          x: { time: false },
          y: { distr: 3, range: room },
        },
        axes: [x, y],
      },
      data,
      host,
    );
    host.chart = chart;
    drawn.set(host, chart);
  }

  function drawLatency(host) {
    const curves = charts.latency[host.dataset.event];
    const shown = charts.styles.filter(({ name }) => curves[name]);
    const data = uPlot.join(
      shown.map(({ name }) => [
        curves[name].map(([nines]) => nines),
        curves[name].map(([, ms]) => ms),
      ]),
    );
    draw(host, {
      height: 320,
      data,
      legend: true,
      series: [
        { label: 'share', value: (_chart, nines) => (nines == null ? '–' : share(nines)) },
        ...shown.map(({ name, colour: index, dash }) => ({
          label: name,
          stroke: colour(`c${index}`),
          width: 1.75,
          dash,
          spanGaps: true,
          points: { show: false },
          value: (_chart, ms) => (ms == null ? '–' : `${figure(ms)} ms`),
        })),
      ],
      x: axis('share of requests answered as fast', {
        splits: nineTicks,
        values: shareLabels,
      }),
      y: logAxis('response time, ms'),
    });
  }

  const costsOf = (cells) => cells.flatMap(({ warmUp }) => warmUp.trace.map(({ cost }) => cost));

  function drawTrace(host) {
    const { event, name } = host.dataset;
    const all = results.cells.filter((cell) => cell.event === event && cell.warmUp);
    // A slice in which nothing was answered has no cost, and no place on a logarithmic axis.
    const costs = costsOf(all).filter((cost) => cost > 0);
    // The dashed on top of the others.
    const own = all
      .filter((cell) => cell.name === name)
      .sort((a, b) => Number(b.warmUp.steady) - Number(a.warmUp.steady));
    const data = uPlot.join(
      own.map(({ warmUp: { trace } }) => [
        trace.map(({ seconds }) => seconds),
        trace.map(({ cost }) => (cost > 0 ? cost : null)),
      ]),
    );
    draw(host, {
      height: 170,
      data,
      legend: false,
      series: [
        {},
        ...own.map(({ warmUp: { steady } }) => ({
          stroke: colour(steady ? 'accent' : 'bad'),
          width: steady ? 1 : 1.75,
          dash: steady ? [] : [5, 3],
          spanGaps: true,
          points: { show: false },
        })),
      ],
      x: axis('s since the first request'),
      y: { ...logAxis('µs a request') },
    });
    // All contenders of an event on the same axes: they are there to be compared.
    const last = Math.max(...all.map(({ warmUp }) => warmUp.trace.at(-1)?.seconds ?? 0));
    host.chart.setScale('x', { min: 0, max: last || 1 });
    const [low, high] = [Math.min(...costs) / 1.1, Math.max(...costs) * 1.1];
    host.chart.setScale('y', { min: low, max: high });
  }

  const hosts = [...document.querySelectorAll('.chart')];

  function drawAll() {
    for (const host of hosts) {
      if (host.closest('details:not([open])')) continue;
      if (host.dataset.chart === 'latency') drawLatency(host);
      else drawTrace(host);
    }
  }

  keepDrawn(drawAll);
})();
