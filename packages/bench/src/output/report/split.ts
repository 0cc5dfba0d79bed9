import { meritOf } from '../../plan.js';
import type { Results } from '../../result.js';
import type { Row } from '../../summary.js';
import { whyNoCost } from '../findings.js';
import { micros, NONE } from '../format.js';
import { linear, type Scale } from './scale.js';

/** The parts that a request's CPU time has, in the order in which they are drawn. */
export const splitParts = [
  { key: 'user', title: 'server, user' },
  { key: 'system', title: 'server, system' },
  { key: 'postgres', title: 'PostgreSQL' },
  { key: 'generator', title: 'generator' },
] as const;

/** Where the CPU time of a request goes, as bars of parts. */
export interface Split {
  scale: Scale;
  rows: {
    name: string;
    /** Why there is no bar. */
    why: string | undefined;
    parts: { key: string; from: string; width: string; text: string }[];
    texts: string[];
    label: string;
  }[];
}

export function splitOf(rows: Row[], results: Results): Split {
  const merit = meritOf(results.plan);
  const values = rows.map(({ phases }) => {
    const found = phases[merit];
    if (!found) return undefined;
    const { server, postgres, generator } = found;
    return [server?.user ?? null, server?.system ?? null, postgres, generator];
  });
  const total = (parts: (number | null)[]) =>
    parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  const scale = linear(0, Math.max(...values.map((parts) => (parts ? total(parts) : 0))) || 1);
  return {
    scale,
    rows: rows.map((row, index) => {
      const parts = values[index];
      const texts = splitParts.map((_, part) => {
        const value = parts?.[part];
        return value === null || value === undefined ? NONE : micros(value);
      });
      const why = parts ? undefined : whyNoCost(row, results);
      return {
        name: row.name,
        why,
        texts,
        label: `${row.name}: ${why ?? splitParts.map(({ title }, part) => `${title} ${texts[part]} µs`).join(', ')}`,
        parts: splitParts.flatMap(({ key, title }, part) => {
          const value = parts?.[part];
          if (!parts || !value) return [];
          const from = scale.at(total(parts.slice(0, part)));
          const to = scale.at(total(parts.slice(0, part + 1)));
          const width = (Number(to) - Number(from)).toFixed(2);
          return [{ key, from, width, text: `${title}: ${texts[part]} µs` }];
        }),
      };
    }),
  };
}
