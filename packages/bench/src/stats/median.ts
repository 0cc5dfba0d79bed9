import jStat from 'jstat';

/** The median. @throws {RangeError} of nothing */
export function median(values: number[]): number {
  if (values.length === 0) throw new RangeError('nothing has no median');
  return jStat.median(values);
}
