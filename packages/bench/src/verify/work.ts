/**
 * Work that is slower where all else is: a time that is waited out would weigh more on a fast machine than on a
 * slow one.
 *
 * @returns what came of it, so that it is done
 */
export function burn(steps: number): number {
  let state = steps;
  for (let step = 0; step < steps; step++) state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  return state;
}

const TRIALS = 50;
const TRIAL = 1_000_000;

/** How many steps the machine does in 1 µs, at its best. */
export function stepsPerMicrosecond(): number {
  const times = Array.from({ length: TRIALS }, () => {
    const from = performance.now();
    burn(TRIAL);
    return (performance.now() - from) * 1000;
  });
  return TRIAL / Math.min(...times);
}
