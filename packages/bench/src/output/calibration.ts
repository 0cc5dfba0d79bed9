import type { Results } from '../result.js';

/** The rate at which an event was loaded, and what it came from. */
export interface Rate {
  event: string;
  rate: number;
  /** The slowest contender and its requests/s at saturation; undefined where it was not looked for. */
  slowest: { name: string; throughput: number } | undefined;
  /** The rate's share of that, and of the most that k6 can send. */
  ofSlowest: number | undefined;
  ofCeiling: number | undefined;
}

/** The rates of the open model, in the plan's order. */
export function ratesOf({ plan, calibration }: Results): Rate[] {
  return Object.entries(plan.fixedRate?.rates ?? {}).map(([event, rate]) => {
    const slowest = calibration.slowest[event];
    return {
      event,
      rate,
      slowest,
      ofSlowest: slowest && rate / slowest.throughput,
      ofCeiling: calibration.k6 ? rate / calibration.k6.ceiling : undefined,
    };
  });
}
