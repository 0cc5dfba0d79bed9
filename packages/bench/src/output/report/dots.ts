import { linear, type Scale } from './scale.js';

/** A figure of a round. */
export interface RoundValue {
  round: number;
  value: number;
}

/** The rounds of one of them, placed on an axis. */
export interface DotRow<Item> {
  item: Item;
  /** Of each round: the first on top. */
  dots: { at: string; y: string; label: string }[];
  /** Rounds that are void; at the edge where they have no figure at all. */
  voids: { at: string; y: string; label: string }[];
  median: string | undefined;
  label: string;
}

/** The rounds of several contenders on one axis. */
export interface DotPlot<Item> {
  scale: Scale;
  unit: string;
  rows: DotRow<Item>[];
}

/** What is to be placed. */
export interface DotInput {
  name: string;
  values: RoundValue[];
  voids?: { round: number; value: number | undefined }[];
  median: number | undefined;
}

/** A dot for every round of every contender. */
export function dotPlotOf<Item extends DotInput>(
  items: Item[],
  rounds: number,
  unit: string,
  format: (value: number) => string,
): DotPlot<Item> {
  const all = items.flatMap(({ values }) => values.map(({ value }) => value));
  const [low, high] = all.length > 0 ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const room = (high - low || high || 1) * 0.06;
  const scale = linear(Math.max(0, low - room), high + room);
  const yOf = (round: number) => (18 + (64 * (round - 0.5)) / rounds).toFixed(1);
  return {
    scale,
    unit,
    rows: items.map((item) => ({
      item,
      dots: item.values.map(({ round, value }) => ({
        at: scale.at(value),
        y: yOf(round),
        label: `round ${round}: ${format(value)} ${unit}`,
      })),
      voids: (item.voids ?? []).map(({ round, value }) => ({
        at: scale.at(value ?? scale.from),
        y: yOf(round),
        label: `round ${round}: void`,
      })),
      median: item.median === undefined ? undefined : scale.at(item.median),
      label: `${item.name}, in ${unit}: ${labelOf(item, format)}`,
    })),
  };
}

function labelOf({ values, voids = [] }: DotInput, format: (value: number) => string): string {
  const figures = values.map(({ value }) => format(value)).join(', ') || 'no round';
  return voids.length > 0 ? `${figures}; void: ${voids.length}` : figures;
}
