/** A place on an axis, in % of its width. */
export interface Tick {
  at: string;
  label: string;
}

/** Places values on an axis. */
export interface Scale {
  from: number;
  to: number;
  /** In % of the width; what lies outside is put at the edge. */
  at(value: number): string;
  ticks: Tick[];
}

/** Left free on both sides, in %, so that no mark is cut off. */
const MARGIN = 3;

/** An axis of equal steps. */
export function linear(from: number, to: number): Scale {
  const place = (value: number) => (value - from) / (to - from || 1);
  const step = niceStep((to - from || 1) / 6);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    ticks.push(index === 0 ? 0 : index * step);
  }
  return scale(from, to, place, ticks, (value) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
}

/** Ratios that an axis names, the first before all others. */
const roundRatios = [
  1, 2, 0.5, 3, 5, 10, 1.5, 20, 50, 100, 4, 0.2, 0.1, 1.2, 0.8, 1.1, 0.9, 1.3, 1.4, 0.7, 6, 8, 2.5,
  1.05, 0.95, 1.02, 0.98, 1.01, 0.99, 1.03, 1.04, 1.005, 0.995,
];

/** What a character of a label takes, in % of the width, on a telephone. */
const CHARACTER = 6.5;

/** An axis of ratios: twice as much is as far from 1 as half as much. */
export function ratios(from: number, to: number): Scale {
  const place = (value: number) => Math.log(value / from) / Math.log(to / from || 1);
  const near = (a: number, b: number) =>
    Math.abs(place(a) - place(b)) * 100 <
    ((ratioLabel(a).length + ratioLabel(b).length) / 2) * CHARACTER;
  const ticks: number[] = [];
  for (const tick of roundRatios) {
    if (tick >= from && tick <= to && !ticks.some((other) => near(other, tick))) ticks.push(tick);
  }
  return scale(from, to, place, ticks, ratioLabel);
}

const ratioLabel = (value: number) => `×${value}`;

function scale(
  from: number,
  to: number,
  place: (value: number) => number,
  ticks: number[],
  label: (value: number) => string,
): Scale {
  const at = (value: number) => {
    const share = Math.min(1, Math.max(0, place(value)));
    return (MARGIN + share * (100 - 2 * MARGIN)).toFixed(2);
  };
  return { from, to, at, ticks: ticks.map((tick) => ({ at: at(tick), label: label(tick) })) };
}

/** 1, 2 or 5 of a power of ten, the next above. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10) * power;
}
