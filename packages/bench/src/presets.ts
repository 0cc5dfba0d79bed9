import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a file in `presets/` can set: the options of the same names, which go first where they are given. */
export interface Preset {
  rounds?: number;
  duration?: number;
}

const folder = fileURLToPath(new URL('../presets', import.meta.url));

/** The names of the presets. */
export function listPresets(): string[] {
  return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
}

/** @param name one of `listPresets` */
export function readPreset(name: string): Preset {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
}
