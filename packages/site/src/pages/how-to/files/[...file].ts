import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIRoute } from 'astro';
import { listImages } from '../../../how-to/images.js';
import { root } from '../../../repository.js';

export const getStaticPaths = () =>
  [...new Set(listImages().map(({ file }) => file))].map((file) => ({ params: { file } }));

/** A picture as it is. */
export const GET: APIRoute = ({ params }) =>
  new Response(readFileSync(join(root, params.file ?? '')));
