import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '@heptathlon/contract';
import { listTargets } from '@heptathlon/targets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notesFor, readNotes } from '../src/code/notes.js';
import { normalise } from '../src/code/routes.js';
import { type Row, readRows } from '../src/code/rows.js';
import { addApp, copyRepository, repository } from './copy.js';

const names = listTargets().map(({ name }) => name);
const rows = readRows(repository, names, [...operations]);
let copy: string;
beforeAll(() => {
  copy = copyRepository();
});
afterAll(() => rmSync(copy, { recursive: true }));

/** The pieces of a row in an app. */
const piecesOf = (row: string, app: string, from: Row[] = rows) =>
  from.find(({ id }) => id === row)?.cells.find((cell) => cell.app === app)?.pieces ?? [];

/** The code of a row in an app; of an operation, that of its route alone. */
const codeOf = (row: string, app: string, from: Row[] = rows): string =>
  piecesOf(row, app, from)
    .filter(({ isHelper }) => !isHelper)
    .map(({ code }) => code)
    .join('\n');

/** What an operation uses beside its route. */
const helpersOf = (row: string, app: string, from: Row[] = rows): string =>
  piecesOf(row, app, from)
    .filter(({ isHelper }) => isHelper)
    .map(({ code }) => code)
    .join('\n');

/** Changes a file of the copy while something is done. */
function withFile(file: string, change: (text: string) => string, act: () => void): void {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(change(text), 'the change must change something').not.toBe(text);
  writeFileSync(path, change(text));
  try {
    act();
  } finally {
    writeFileSync(path, text);
  }
}

const readCopy = (...apps: string[]): Row[] => readRows(copy, apps, [...operations]);

describe('operations', () => {
  test("are the rule book's, in its order", () => {
    const found = rows.flatMap(({ operation }) => operation?.operationId ?? []);
    expect(found).toEqual(operations.map(({ operationId }) => operationId));
  });

  test.each(names)('%s has one route for each, and no other', (app) => {
    for (const { operation } of rows) {
      if (!operation) continue;
      const pieces = piecesOf(operation.operationId, app).filter(({ isHelper }) => !isHelper);
      expect(pieces, operation.operationId).toHaveLength(1);
      const others = operations.filter(({ path }) => path !== operation.path);
      for (const { path } of others) {
        const literal = new RegExp(`['" ]/?${path.slice(1).replace('{id}', '[:{]id}?')}'`);
        expect(pieces[0]?.code, operation.operationId).not.toMatch(literal);
      }
    }
  });

  test('are found by a path in a call, by a decorator, and by a case', () => {
    expect(codeOf('params', 'express')).toMatch(/^app\.get\('\/users\/:id', [\s\S]+\}\);$/);
    expect(codeOf('params', 'nest')).toMatch(/^@Get\('users\/:id'\)\nparams\([\s\S]+\}$/);
    expect(codeOf('params', 'node')).toMatch(/^case 'GET \/users\/\{id\}': \{[\s\S]+\}$/);
  });

  test('bring the comments and decorators above them', () => {
    expect(codeOf('plaintext', 'nest')).toContain('// Nest on Express sends a string as text/html');
    expect(codeOf('jsonBody', 'nest')).toContain('@HttpCode(200)');
  });

  test.each(names)(
    'of %s have what checks a body, in whatever file and however it is told',
    (app) => {
      const code = `${codeOf('jsonBody', app)}\n${helpersOf('jsonBody', app)}`;
      expect(code).toMatch(/JSON_TYPE|is\('json'\)|JsonBody/);
      for (const part of ["app.get('/db'", 'buildApp', 'ErrorRequestHandler']) {
        expect(code).not.toContain(part);
      }
    },
  );

  test('that use nothing have the route alone', () => {
    for (const app of names) {
      for (const row of ['plaintext', 'json', 'db', 'queries', 'template']) {
        expect(helpersOf(row, app), `${row} in ${app}`).toBe('');
      }
    }
    expect(helpersOf('params', 'nest')).toContain('class UserIdPipe');
    expect(helpersOf('params', 'node')).toMatch(/^\/\*\*[\s\S]*class HttpError[\s\S]*}$/);
  });

  test('are those of its folder for each of several targets in one', () => {
    expect(codeOf('db', 'hono-bun')).toBe(codeOf('db', 'hono'));
    expect(codeOf('db', 'nest-fastify')).toBe(codeOf('db', 'nest'));
  });

  test.each([
    [
      'koa',
      "router.get('/db'",
      "router.get('/database'",
      'apps/koa: no route is found for the operation db (GET /db)',
    ],
    [
      'node',
      "case 'POST /json'",
      "case 'PUT /json'",
      'apps/node: no route is found for the operation jsonBody (POST /json)',
    ],
    [
      'nest',
      "@Get('template')",
      "@Get('page')",
      'apps/nest: no route is found for the operation template (GET /template)',
    ],
  ])('that %s lacks are named', (app, right, wrong, message) => {
    const file = `apps/${app}/src/${app === 'nest' ? 'app.controller' : 'app'}.ts`;
    withFile(
      file,
      (text) => text.replace(right, wrong),
      () => {
        expect(() => readCopy(app)).toThrow(`${message} in apps/${app}/src/server.ts, `);
      },
    );
  });

  test.each([
    "app.on('GET', '/db', async () => {});",
    "app.route({ method: 'GET', url: '/db', handler: async () => {} });",
    "app.route('/db').get(async () => {});",
  ])('are found as %s', (other) => {
    const usual = /app\.get\('\/db'[\s\S]+?\n {2}\}\);/;
    withFile(
      'apps/express/src/app.ts',
      (text) => text.replace(usual, other),
      () => expect(codeOf('db', 'express', readCopy('express'))).toBe(other),
    );
  });

  test('are the same path in every notation', () => {
    for (const path of ['/users/:id', 'users/:id', '/users/{id}', '/users/[id]', '/users/<id>']) {
      expect(normalise(path)).toBe('users/{}');
    }
  });
});

describe('topics', () => {
  test.each([
    [
      'validation',
      'express',
      ['[...id].length', "request.is('json')", 'express.json({', "request.on('data'"],
    ],
    [
      'validation',
      'nest',
      [
        "@Param('id', UserIdPipe)",
        '@Injectable()\nexport class UserIdPipe',
        'forRoutes',
        'class JsonBodyPipe',
      ],
    ],
    [
      'validation',
      'fastify',
      [
        'schemas.User',
        "removeContentTypeParser('text/plain')",
        'coerceTypes: false',
        'onProtoPoisoning',
      ],
    ],
    [
      'validation',
      'hono-deno',
      ['sizeLimit: MiddlewareHandler', "validator('json'", "validator('param'"],
    ],
    ['validation', 'node', ['decodeURIComponent', 'async function readJson']],
    [
      'errors',
      'express',
      ['app.use(notFound);\napp.use(sendProblem(log));', 'ErrorRequestHandler'],
    ],
    [
      'errors',
      'fastify',
      ['setErrorHandler', 'setNotFoundHandler', 'frameworkErrors', 'sendProblem ='],
    ],
    ['errors', 'hono', ['app.onError', 'app.notFound', 'ErrorHandler =>']],
    ['errors', 'nest-fastify', ['provide: APP_FILTER', '@Catch()\nexport class ProblemFilter']],
    ['errors', 'node', ['} catch (error) {', 'class HttpError', 'function sendProblem']],
    ['start-and-stop', 'hono-bun', ['Bun.serve({', 'await drain(']],
    [
      'database',
      'nest',
      ['createDatabase(config)', '@Inject(DATABASE)', 'provide: DATABASE', "@Get('db')"],
    ],
    [
      'database',
      'koa',
      ['createDatabase(config)', 'buildApp(database: Database', "router.get('/db'"],
    ],
    [
      'template-engine',
      'express',
      ["app.engine('eta'", "app.set('views'", "response.render('worlds'"],
    ],
    ['template-engine', 'nest-fastify', ['setViewEngine', "@Render('worlds')"]],
    ['workers', 'hono-deno', ['reusePort: config.workers > 1']],
  ])('%s in %s', (row, app, expected) => {
    const code = codeOf(row, app);
    for (const part of expected) expect(code).toContain(part);
  });

  test.each([
    ['validation', 'ErrorRequestHandler'],
    ['validation', 'class HttpError'],
    ['errors', 'express.json'],
    ['errors', "app.get('/db'"],
    ['workers', 'createDatabase'],
  ])('%s has no %s', (row, part) => {
    for (const app of names) expect(codeOf(row, app), app).not.toContain(part);
  });

  test('show no line twice', () => {
    for (const { id, cells } of rows) {
      for (const { app, pieces } of cells) {
        const lines = pieces.flatMap(({ file, firstLine, lastLine }) =>
          Array.from(
            { length: lastLine - firstLine + 1 },
            (_, line) => `${file}:${firstLine + line}`,
          ),
        );
        expect(new Set(lines).size, `${id} in ${app}`).toBe(lines.length);
      }
    }
  });
});

describe('what is not found ends the build', () => {
  /** Hono, with its handler given in another way. */
  const handled = (how: string) => (text: string) =>
    text
      .replace('new Hono()', how)
      .replace('  app.onError(handleError(log));\n', '')
      .replace(/ {2}app\.notFound\(.*\n/, '');

  test('a handler that is given to the constructor is found', () => {
    const app = 'apps/hono/src/app.ts';
    withFile(app, handled('new H3({ onError: handleError(log) })'), () => {
      const code = codeOf('errors', 'hono', readCopy('hono'));
      expect(code).toContain('onError: handleError(log)');
      expect(code).toContain('problemFor(');
    });
  });

  test('a handler that is given in a way that nobody knows', () => {
    withFile('apps/hono/src/app.ts', handled('new H3({ whenItFails: handleError(log) })'), () => {
      withFile(
        'apps/hono/src/problem.ts',
        (text) => text.replaceAll('ErrorHandler', 'Answer'),
        () => {
          expect(() => readCopy('hono')).toThrow(
            /^apps\/hono: problemFor in apps\/hono\/src\/problem\.ts:\d+ is not found for the topic errors\. [^\n]+$/,
          );
        },
      );
    });
  });

  test('nothing at all, unless it is declared', () => {
    const start = 'apps/koa/src/problem.ts';
    const strip = (text: string) =>
      text
        .replaceAll('problemFor', 'mapped')
        .replace(/next\(\)/, 'go()')
        .replace(/, next\)/, ', go)');
    const unhandled = (text: string) =>
      text.replace(/ {2}app\.on\('error'.*\n/, '').replace(/sendProblem/g, 'answer');
    withFile(
      start,
      (text) => strip(text).replace(/sendProblem/g, 'answer'),
      () => {
        withFile('apps/koa/src/app.ts', unhandled, () => {
          expect(() => readCopy('koa')).toThrow(
            /^apps\/koa: nothing is found for the topic errors in apps\/koa\/src\/server\.ts, .+"without": \["errors"\] }$/,
          );
          const declare = (text: string) =>
            text.replace('"framework": "koa"', '"framework": "koa", "without": ["errors"]');
          withFile('apps/koa/package.json', declare, () => {
            expect(codeOf('errors', 'koa', readCopy('koa'))).toBe('');
          });
        });
      },
    );
  });

  test('something, where an app declares that there is nothing', () => {
    withFile(
      'apps/koa/package.json',
      (text) => text.replace('"framework": "koa"', '"framework": "koa", "without": ["database"]'),
      () =>
        expect(() => readCopy('koa')).toThrow(
          /^apps\/koa: apps\/koa\/src\/server\.ts:\d+ is found for the topic database, .+"without"$/,
        ),
    );
  });

  test.each([
    [
      'koa',
      'server',
      'const database = createDatabase(config);',
      'const open = () => createDatabase(config);\n  const database = open();',
      'createDatabase',
      'database',
    ],
    [
      'express',
      'app',
      "app.set('views', viewsFolder);",
      "const folder = viewsFolder;\n  app.set('views', folder);",
      'viewsFolder',
      'template-engine',
    ],
  ])('what %s does in a way of its own', (app, file, usual, own, sign, topic) => {
    withFile(
      `apps/${app}/src/${file}.ts`,
      (text) => text.replace(usual, own),
      () =>
        expect(() => readCopy(app)).toThrow(
          new RegExp(
            `^apps/${app}: ${sign} in apps/${app}/src/${file}\\.ts:\\d+ is not found for the topic ${topic}\\. `,
          ),
        ),
    );
  });

  test('workers are found however they are read', () => {
    withFile(
      'apps/koa/src/server.ts',
      (text) =>
        text.replace(
          'const database',
          'const { workers } = config;\n  log.info(workers);\n  const database',
        ),
      () =>
        expect(codeOf('workers', 'koa', readCopy('koa'))).toContain('const { workers } = config;'),
    );
  });
});

describe('notes', () => {
  test('stand beside what they name', () => {
    const cells = rows.find(({ id }) => id === 'validation')?.cells ?? [];
    const pieces = cells.find(({ app }) => app === 'express')?.pieces ?? [];
    const notes = pieces.flatMap(({ file, notes }) => notes.map(({ names }) => `${file} ${names}`));
    expect(notes).toContain('apps/express/src/json-body.ts inflate: false');
    expect(notes.join()).not.toContain('problem.ts');
  });

  test('are those of whole names only', () => {
    const [note] = readNotes(repository, 'express');
    const piece = { app: '', file: 'a.ts', firstLine: 1, lastLine: 1, indent: 0 };
    const named = (code: string, name: string) =>
      notesFor({ ...piece, code }, note ? [{ ...note, names: [name] }] : []).length;
    expect(named("app.on('error', log)", "app.on('error')")).toBe(1);
    expect(named('refresh()', 'fresh')).toBe(0);
    expect(named("'fresh'", 'fresh')).toBe(1);
  });

  test('of most rows find their place', () => {
    for (const app of names) {
      const all = readNotes(repository, app);
      const shown = new Set(
        rows.flatMap(({ cells }) =>
          cells
            .filter((cell) => cell.app === app)
            .flatMap(({ pieces }) =>
              pieces.flatMap(({ notes }) => notes.map(({ cells }) => cells.join())),
            ),
        ),
      );
      const placed = all.filter(({ cells }) => shown.has(cells.join()));
      expect(placed.length, app).toBeGreaterThanOrEqual(0.4 * all.length);
    }
  });
});

test('an app that is added has every row', () => {
  addApp(copy, 'koa', 'tenth');
  for (const { id, cells } of readCopy(...names, 'tenth')) {
    const own = (app: string) =>
      cells
        .find((cell) => cell.app === app)
        ?.pieces.map(({ file, code }) => [file.replace(`apps/${app}/`, ''), code]);
    expect(own('tenth'), id).toEqual(own('koa'));
  }
});
