import { fileURLToPath } from 'node:url';
import type { World } from '@heptathlon/contract';
import { Eta } from 'eta';

/** The folder of the views; the one of the rule book is `worlds`. */
export const viewsFolder = fileURLToPath(new URL('../views', import.meta.url));

/** The engine: it escapes every value, and compiles each view once. */
export const eta = new Eta({ views: viewsFolder, cache: true });

/** What the view `worlds` shows. */
export interface WorldsPage {
  title: string;
  worlds: World[];
}

/** The data of the page that shows these rows. */
export function worldsPage(worlds: World[]): WorldsPage {
  return { title: `${worlds.length} rows of "world", 0 < id & id < 10001`, worlds };
}

/** The page that shows these rows, as HTML. */
export function renderWorlds(worlds: World[]): string {
  return eta.render('worlds', worldsPage(worlds));
}
