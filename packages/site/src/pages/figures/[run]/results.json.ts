import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIRoute } from 'astro';
import { folder, listRuns, listSoaks } from '../../../figures/runs.js';

export const getStaticPaths = () =>
  [...listRuns(), ...listSoaks()].map(({ id }) => ({ params: { run: id } }));

/** The file as it is. */
export const GET: APIRoute = ({ params }) =>
  new Response(readFileSync(join(folder, `${params.run}.json`), 'utf8'));
