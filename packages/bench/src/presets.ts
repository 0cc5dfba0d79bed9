import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a file in `presets/` can set: options of the same meaning go first where they are given. */
export interface Preset {
  rounds: number;
  /** How long an event is warmed up at most, in s. */
  warmUp: number;
  /** How long each phase is measured, in s; a phase that has no time is left out. */
  saturation: number;
  fixedRate?: number;
  /** In how many rounds there is a fixed rate: all, where it is not told. */
  rateRounds?: number;
  /** All of ours, where they are not named. */
  targets?: string[];
  /** All, where they are not named. */
  events?: string[];
  workers?: string[];
  poolSizes?: number[];
  /** A commit. */
  against?: string;
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
