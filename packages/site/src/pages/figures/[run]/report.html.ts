import { readFileSync } from 'node:fs';
import type { APIRoute } from 'astro';
import { listRuns, listSoaks } from '../../../figures/runs.js';

export const getStaticPaths = () =>
  [...listRuns(), ...listSoaks()].flatMap(({ id, report }) =>
    report ? [{ params: { run: id }, props: { report } }] : [],
  );

/** The bench's own report of a run or a soak, as it is. */
export const GET: APIRoute<{ report: string }> = ({ props }) =>
  new Response(readFileSync(props.report, 'utf8'));
