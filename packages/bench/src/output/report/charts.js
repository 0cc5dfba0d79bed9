// What the charts of all pages share. uPlot stands before it in the same script.
(() => {
  const element = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(element(id).textContent);

  /** Reads the data, and lets it be downloaded. */
  function handOut(id) {
    const download = element('download');
    download.href = URL.createObjectURL(
      new Blob([element(id).textContent], { type: 'application/json' }),
    );
    download.hidden = false;
    element('without-script').hidden = true;
    for (const hint of document.querySelectorAll('.hint')) hint.hidden = false;
    return read(id);
  }

  /** A colour of the style sheet as it is now: a canvas knows no variables. */
  function colour(name) {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  const figure = (value) =>
    value == null ? '–' : value.toLocaleString('en', { maximumSignificantDigits: 3 });

  function axis(label, more) {
    return {
      label,
      stroke: colour('soft'),
      font: '12px system-ui, sans-serif',
      labelFont: '12px system-ui, sans-serif',
      labelSize: 18,
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { stroke: colour('line'), width: 1, size: 4 },
      size: 28,
      ...more,
    };
  }

  /** Draws, and draws anew when the page looks different. */
  function keepDrawn(drawAll) {
    drawAll();
    const folds = [...document.querySelectorAll('details')];
    for (const fold of folds) fold.addEventListener('toggle', () => fold.open && drawAll());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
    let width = innerWidth;
    addEventListener('resize', () => {
      if (width === innerWidth) return;
      width = innerWidth;
      drawAll();
    });

    // On paper everything is unfolded, and dark on white.
    let opened = [];
    addEventListener('beforeprint', () => {
      document.documentElement.classList.add('printing');
      opened = folds.filter((fold) => !fold.open);
      for (const fold of opened) fold.open = true;
      drawAll();
    });
    addEventListener('afterprint', () => {
      document.documentElement.classList.remove('printing');
      for (const fold of opened) fold.open = false;
      drawAll();
    });
  }

  Object.assign(globalThis, { read, handOut, colour, figure, axis, keepDrawn });
})();
