import type { APIRoute } from 'astro';
import { source } from '../../api/rule-book.js';

/** The document as it is. */
export const GET: APIRoute = () => new Response(source());
