import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from '@heptathlon/contract';
import { endAll, listTargets } from '@heptathlon/targets';
import { describeFailures } from '../fault.js';
import type { Generator } from '../generator.js';
import { findGenerators } from '../generators.js';
import { checkWritable } from '../output/writable.js';
import { writeWhole } from '../output/write.js';
import { chooseTargets } from '../targets/choose.js';
import { boolean, parseUsage, string, UsageError } from '../usage.js';
import { renderPage } from './page.js';
import { record } from './record.js';
import { findSelfTimes } from './self-time.js';
import { describeLoad, renderTable } from './table.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

const generators = ['autocannon', 'wrk', 'k6'] as const;
const events: string[] = operations.map(({ operationId }) => operationId);

const help = `Says where a Node server spends its time: loads one event under V8's CPU profiler, once the server is warm,
prints the functions with the most self time, and writes a flame graph to open in a browser.

usage: npm run bench -- profile TARGET EVENT [options]

  TARGET                ${listTargets()
    .filter(({ runtime }) => runtime === undefined)
    .map(({ name }) => name)
    .join(', ')}, or one of --targets-file that is run by Node
  EVENT                 ${events.join(', ')}
  --duration SECONDS    how long (10)
  --generator NAME      ${generators.join(', ')} (autocannon)
  --targets-file FILE   servers of your own
  --out FILE            the flame graph (results/<time>-profile-TARGET-EVENT.html)
  --help

environment: DATABASE_URL for a PostgreSQL of your own`;

/**
 * `npm run bench -- profile`
 *
 * @param signal ends it
 * @returns the exit code
 * @throws {UsageError} in one line, where the command line is wrong
 * @throws {Error} where it cannot be done, or the signal ends it
 */
export async function runProfile(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { target, event, generator, duration } = readArguments(values, positionals);
  const { saturation: found } = await findGenerators([generator], false);
  const saturation = found[generator] as Generator;
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const out = resolve(values.out ?? `${root}results/${time}-profile-${target.name}-${event}.html`);
  await checkWritable(out);
  const { profile, load } = await record({
    ...{ target, event, duration, signal },
    generator: saturation,
    say: (line) => console.error(line),
  }).finally(() => endAll(() => saturation.stop?.()));
  const title = `${target.name} ${event}`;
  const ms = (profile.endTime - profile.startTime) / 1000;
  const { length: samples } = profile.samples;
  const facts = [
    `${samples} samples in ${(ms / 1000).toFixed(1)} s, one each ${(ms / samples).toFixed(2)} ms`,
    `${saturation.name} ${saturation.version}: ${describeLoad(load)}`,
    ...(target.framework
      ? [`${target.framework} ${target.version}, Node ${process.versions.node}`]
      : []),
  ];
  console.log(`${title}\n${facts.join('\n')}\n\n${renderTable(findSelfTimes(profile))}\n`);
  await writeWhole(out, renderPage(title, facts, profile));
  console.log(`flame graph: ${out}`);
  if (load.errors === 0) return 0;
  console.error(`${describeFailures(load)}: the profile is of these, too.`);
  return 1;
}

const parse = (args: string[]) =>
  parseUsage('bench -- profile', {
    args,
    allowPositionals: true,
    options: {
      duration: string,
      generator: string,
      'targets-file': string,
      out: string,
      help: { ...boolean, short: 'h' },
    },
  });

function readArguments(
  values: ReturnType<typeof parse>['values'],
  [name, event, ...others]: string[],
) {
  if (!name || !event || others.length > 0) {
    throw new UsageError('Name a target and an event. See npm run bench -- profile --help');
  }
  const [target] = chooseTargets({ targets: name, 'targets-file': values['targets-file'] });
  if (!target || !('command' in target)) {
    throw new UsageError(`${name} cannot be profiled: only what is started here can.`);
  }
  if (target.runtime !== undefined) {
    throw new UsageError(`${name} cannot be profiled: it runs on ${target.runtime}, not on Node.`);
  }
  if (!events.includes(event)) {
    throw new UsageError(`There is no event "${event}". Events: ${events.join(', ')}`);
  }
  const asked = values.generator ?? 'autocannon';
  const generator = generators.find((each) => each === asked);
  if (!generator) {
    throw new UsageError(`There is no generator "${asked}". Generators: ${generators.join(', ')}`);
  }
  return { target, event, generator, duration: readSeconds(values.duration ?? '10') };
}

function readSeconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.1 && value <= 600) return value;
  throw new UsageError(`--duration must be seconds from 0.1 to 600, not "${text}"`);
}
