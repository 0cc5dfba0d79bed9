import { fileURLToPath } from 'node:url';
import { findTarget, listTargets, startTarget, type Target } from '@heptathlon/targets';
import { defaults, observe, type Probe, probes } from '../dist/index.js';

/** Frameworks as they come, by the target that is made with each: the program in packages/bare, and its argument. */
const bare = {
  express: ['express'],
  fastify: ['fastify'],
  hono: ['hono'],
  koa: ['koa'],
  nest: ['nest'],
  'nest-fastify': ['nest', 'fastify'],
};

/** All that stands in the document. */
export interface Differences {
  /** What targets answer to what the rule book leaves open. */
  targets: Observed[];
  /** What frameworks answer as they come. */
  frameworks: Observed[];
}

/** What a server answers, by the name of the probe. */
export interface Observed {
  target: Target;
  answers: Record<string, string>;
}

/**
 * Starts all targets and all frameworks, one after the other, and sends them their probes.
 *
 * @param onAnswers called when all answers of one are there
 */
export async function observeAll(
  databaseUrl: string,
  onAnswers: (name: string) => void = () => {},
): Promise<Differences> {
  async function observeEach(targets: Target[], asked: Probe[]): Promise<Observed[]> {
    const found: Observed[] = [];
    for (const target of targets) {
      const server = await startTarget(target, { databaseUrl });
      try {
        found.push({ target, answers: await observe(server.url, asked) });
        onAnswers(target.name);
      } finally {
        await server.stop();
      }
    }
    return found;
  }
  const frameworks = Object.entries(bare).map(([name, [program, ...args]]) => {
    const file = new URL(`../../bare/dist/${program}.js`, import.meta.url);
    return { ...findTarget(name), command: [process.execPath, fileURLToPath(file), ...args] };
  });
  return {
    targets: await observeEach(listTargets(), probes),
    frameworks: await observeEach(frameworks, defaults),
  };
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
  default: 'Frameworks as they come',
};

/** The document: in each group, what all answer alike stands apart from what they do not. */
export function render({ targets, frameworks }: Differences): string {
  const made = targets.map(({ target: { name, framework, version, runtime } }) => {
    const on = runtime ?? `Node ${process.versions.node}`;
    return `\`${name}\`: ${framework?.startsWith('node:') ? '' : `${framework} ${version}, `}${on}`;
  });
  return `${[
    '# Differences',
    `What servers answer where the rule book leaves it open: no app levels it, so that each framework and runtime shows what it does
by itself. At the end stands what frameworks do with no setting at all, the defaults that apps had to change among it. Every answer
was observed on a running server; \`npm run differences\` writes this page.`,
    `A number is a status, of an error with problem details unless something else is named; what follows is the body, or what is
special about it. _closed_ is a connection that was closed without an answer, _silence_ no answer within 10 seconds.`,
    `${made.join('; ')}.`,
    ...partsOf(targets, probes),
    ...partsOf(frameworks, defaults),
  ].join('\n\n')}\n`;
}

function partsOf(found: Observed[], all: Probe[]): string[] {
  const byGroup = Map.groupBy(all, ({ name }) => name.split('.')[0] ?? '');
  return [...byGroup].flatMap(([group, asked]) => {
    const rows = asked.map(({ name, title }) => [
      title,
      ...found.map(({ answers }) => answers[name] ?? ''),
    ]);
    const differing = rows.filter(([, ...answers]) => new Set(answers).size > 1);
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
}

/** A table, where it has rows. */
function tableOf(heads: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const cell = (text: string) =>
    text.replace(/[\\|*<_]/g, '\\$&').replace(/^(closed|silence)$/, '_$1_');
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [
    [line(['sent', ...heads]), `|${' --- |'.repeat(heads.length + 1)}`, ...rows.map(line)].join(
      '\n',
    ),
  ];
}
