/** A CPU profile of V8, as DevTools and `node --cpu-prof` write it (`.cpuprofile`). */
export interface CpuProfile {
  nodes: ProfileNode[];
  /** In µs. */
  startTime: number;
  endTime: number;
  /** The node that each sample fell on, by its id. */
  samples: number[];
}

/** A function, called by one chain of others. */
export interface ProfileNode {
  id: number;
  callFrame: CallFrame;
  /** ids */
  children?: number[];
}

/** Where a function stands; lines and columns count from 0. */
export interface CallFrame {
  functionName: string;
  /** 0: it is no JavaScript. */
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** How many samples fell on each node itself, by its id. */
export function countSamples({ samples }: CpuProfile): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
