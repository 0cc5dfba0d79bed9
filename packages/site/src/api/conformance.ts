import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases } from '@heptathlon/conformance';
import { listTargets } from '@heptathlon/targets';
import { listDocuments } from '../how-to/documents.js';
import { root } from '../repository.js';

/** `results/conformance.json`, as `npm run conformance:table` writes it. */
export interface ConformanceTable {
  version: 1;
  /** ISO 8601. */
  provedAt: string;
  commit: string | null;
  dirty: boolean;
  node: string;
  rules: { rule: string; title: string; database: string }[];
  targets: {
    name: string;
    framework: string;
    version: string;
    runtime?: string;
    /** Rules that it says that it breaks; some are of other suites. */
    breaks: string[];
    /** By rule: `passed`, `failed`, or `not checked`. */
    results: Record<string, string>;
  }[];
}

/** A rule, and what came of each server. */
export interface RuleRow {
  rule: string;
  title: string;
  results: Result[];
}

export type Result = 'keeps' | 'breaks, and says so' | 'breaks' | 'not proved';

/** What of the table concerns a group of rules: those whose names begin alike. */
export interface RuleGroup {
  name: string;
  rows: RuleRow[];
}

/** @throws {Error} where it has not been written */
export function readConformanceTable(): ConformanceTable {
  const file = join(root, 'results', 'conformance.json');
  if (!existsSync(file)) {
    throw new Error('results/conformance.json is missing: npm run conformance:table writes it');
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** A server that there is, whether it has been proved or not. */
export interface Server {
  name: string;
  madeWith: string;
  breaks: string[];
  /** The page of its README, which says why it breaks what it does; undefined where it has none. */
  page: string | undefined;
}

export function listServers(): Server[] {
  const documents = listDocuments();
  return listTargets(join(root, 'apps')).map(
    ({ name, place, framework, version, runtime, breaks = [] }) => {
      const readme = documents.find(({ file }) => file === `apps/${place?.app}/README.md`);
      return {
        ...{ name, breaks, page: readme && `/how-to/${readme.slug}/` },
        madeWith: [`${framework} ${version}`, runtime].filter(Boolean).join(', '),
      };
    },
  );
}

/** The rules that there are, with what came of each server when it was proved. */
export function readRuleGroups(table: ConformanceTable): RuleGroup[] {
  const servers = listServers();
  const rows = cases.map(({ rule, title }): RuleRow => {
    const results = servers.map(({ name, breaks }): Result => {
      const status = table.targets.find((target) => target.name === name)?.results[rule];
      if (status === 'passed') return 'keeps';
      if (status !== 'failed') return 'not proved';
      return breaks.includes(rule) ? 'breaks, and says so' : 'breaks';
    });
    return { rule, title, results };
  });
  const groups = Map.groupBy(rows, ({ rule }) => rule.split('.')[0] ?? '');
  return [...groups].map(([name, own]) => ({ name, rows: own }));
}
