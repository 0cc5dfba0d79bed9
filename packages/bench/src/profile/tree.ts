import { type CpuProfile, countSamples } from './cpu-profile.js';
import { originOf } from './origin.js';
import { nameOf } from './self-time.js';

/** A function in a flame graph, above the one that has called it. */
export interface Frame {
  name: string;
  package: string;
  place: string;
  /** Samples of the function and of all that it has called; `self` is without these. */
  value: number;
  self: number;
  children: Frame[];
}

/** The calls of a profile as a tree, without the time that the process waited. */
export function buildTree(profile: CpuProfile): Frame {
  const counts = countSamples(profile);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const build = (id: number): Frame[] => {
    const node = nodes.get(id);
    if (!node || node.callFrame.functionName === '(idle)') return [];
    const self = counts.get(id) ?? 0;
    const children = (node.children ?? []).flatMap(build);
    const value = children.reduce((sum, child) => sum + child.value, self);
    const { callFrame } = node;
    // What no sample fell on would be a line without width.
    return value === 0
      ? []
      : [{ name: nameOf(callFrame), ...originOf(callFrame), value, self, children }];
  };
  const [top] = build(profile.nodes[0]?.id ?? 0);
  const all = { name: 'all', package: '', place: '' };
  return { ...(top ?? { value: 0, self: 0, children: [] }), ...all };
}
