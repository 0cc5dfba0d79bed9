import { listTargets, startTarget, type Target } from '@heptathlon/targets';
import { observe, probes } from '../dist/index.js';

/** What a target answers to what the rule book leaves open, by the name of the probe. */
export interface Observed {
  target: Target;
  answers: Record<string, string>;
}

/**
 * Starts all targets, one after the other, and sends them all probes.
 *
 * @param onTarget called when all answers of one are there
 */
export async function observeTargets(
  databaseUrl: string,
  onTarget: (name: string) => void = () => {},
): Promise<Observed[]> {
  const found: Observed[] = [];
  for (const target of listTargets()) {
    const server = await startTarget(target, { databaseUrl });
    try {
      found.push({ target, answers: await observe(server.url) });
      onTarget(target.name);
    } finally {
      await server.stop();
    }
  }
  return found;
}

const groups: Record<string, string> = {
  path: 'Paths',
  target: 'Targets that are not paths, or more than paths',
  query: 'Queries',
  body: 'Bodies of `POST /json`',
  order: 'Several faults at once',
  head: 'Answers to HEAD',
  condition: 'Conditions and preferences of `GET /plaintext`',
  method: 'Methods',
  http: 'HTTP itself',
};

/** The document: in each group, what all answer alike stands apart from what they do not. */
export function render(found: Observed[]): string {
  const made = found.map(({ target: { name, framework, version, runtime } }) => {
    const on = runtime ?? `Node ${process.versions.node}`;
    return `\`${name}\`: ${framework?.startsWith('node:') ? '' : `${framework} ${version}, `}${on}`;
  });
  const byGroup = Map.groupBy(probes, ({ name }) => name.split('.')[0] ?? '');
  const parts = [...byGroup].flatMap(([group, asked]) => {
    const rows = asked.map(({ name, title }) => [
      title,
      ...found.map(({ answers }) => answers[name] ?? ''),
    ]);
    const differing = rows.filter(([, ...all]) => new Set(all).size > 1);
    const alike = rows.filter((row) => !differing.includes(row)).map((row) => row.slice(0, 2));
    return [
      `## ${groups[group] ?? group}`,
      ...tableOf(
        found.map(({ target }) => target.name),
        differing,
      ),
      ...tableOf(['all'], alike),
    ];
  });
  return `${[
    '# Differences',
    `What servers answer where the rule book leaves it open: no app levels it, so that each framework and runtime shows what it does
by itself. Every answer was observed on a running server; \`npm run differences\` writes this page.`,
    `A number is a status, of an error with problem details unless something else is named; what follows is the body, or what is
special about it. _closed_ is a connection that was closed without an answer, _silence_ no answer within 10 seconds.`,
    `${made.join('; ')}.`,
    ...parts,
  ].join('\n\n')}\n`;
}

/** A table, where it has rows. */
function tableOf(heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const cell = (text: string) =>
    text.replace(/[\\|*<]/g, '\\$&').replace(/^(closed|silence)$/, '_$1_');
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [
    [line(['sent', ...heads]), `|${' --- |'.repeat(heads.length + 1)}`, ...rows.map(line)].join(
      '\n',
    ),
  ];
}
