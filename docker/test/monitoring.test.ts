import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Compose, type Done, docker, folder } from './compose.js';

/** The part of a dashboard that is read here. */
interface Panel {
  id: number;
  type: 'row' | 'timeseries';
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: { defaults: { unit: string } };
  targets?: { expr: string; legendFormat: string; datasource: { uid: string } }[];
}

interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; query: { query: string } }[] };
}

const read = (file: string) => readFileSync(join(folder, 'monitoring', file), 'utf8');
const dashboard: Dashboard = JSON.parse(read('grafana/dashboards/heptathlon.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legend: legendFormat })),
);

/** The window of a rate, as Grafana would have it. */
const window = '8s';

/** Requests/s that even a busy machine answers. */
const RATE = 50;

/** An expression with the values of its variables, as Grafana would put it. */
const filledIn = (expression: string) =>
  expression.replaceAll('$target', '(express|fastify)').replaceAll('$__rate_interval', window);

describe('the dashboard', () => {
  test('asks the data source that is provisioned', () => {
    const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yaml'));
    const known = datasources.map(({ uid }: { uid: string }) => uid);
    for (const { datasource } of panels.flatMap(({ targets = [] }) => targets)) {
      expect(known).toContain(datasource.uid);
    }
  });

  test('lies where Grafana is told to look', () => {
    const { providers } = parse(read('grafana/provisioning/dashboards/heptathlon.yaml'));
    const { grafana } = parse(read('compose.yaml')).services;
    const home = grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
    expect(home).toBe(`${providers[0].options.path}/heptathlon.json`);
    expect(grafana.volumes).toContain(`./grafana/dashboards:${providers[0].options.path}:ro`);
  });

  test('has panels with an id, a unit and a description each, that do not overlap', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const panel of panels) {
      expect(panel.description, panel.title).toBeTruthy();
      expect(panel.fieldConfig?.defaults.unit, panel.title).toBeTruthy();
    }
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.every((cell) => Number(cell.split(',')[0]) < 24)).toBe(true);
  });

  test('uses no variable that it does not define, and names the target in each legend', () => {
    const builtIn = ['__rate_interval'];
    const defined = [...builtIn, ...dashboard.templating.list.map(({ name }) => name)];
    for (const { expr } of queries) {
      for (const [, name] of expr.matchAll(/\$\{?(\w+)/g)) expect(defined).toContain(name);
      expect(expr).toContain('$target');
    }
    const legends = panels.flatMap(({ targets = [] }) => targets.map((each) => each.legendFormat));
    for (const legend of legends) expect(legend).toContain('{{target}}');
  });
});

/** How long to wait for what has to come, in ms. */
const PATIENCE = 120_000;

describe('during a run', () => {
  const compose = new Compose('heptathlon-monitoring');
  /** Any ports, of the engine's choice. */
  const started = compose.with({ PORT: '0', PROMETHEUS_PORT: '0', GRAFANA_PORT: '0' });
  let prometheus: string;
  let load: Promise<Done>;
  /** How the load ended, which should outlast all questions. */
  let ended: Done | undefined;

  beforeAll(async () => {
    await compose.down();
    const services = ['fastify', 'prometheus', 'cadvisor', 'postgres-exporter'];
    await started.run(['fastify', 'monitoring'], 'up', '--detach', '--wait', ...services);
    prometheus = `http://${(await compose.run(['monitoring'], 'port', 'prometheus', '9090')).trim()}`;
    const environment = ['-e', 'DURATION=1h', '-e', `RATE=${RATE}`, '-e', 'VUS=50'];
    const args = [
      'run',
      '--quiet',
      '--no-usage-report',
      '-o',
      'experimental-prometheus-rw',
      'db.ts',
    ];
    load = compose.try([], 'run', '--rm', '--no-TTY', ...environment, 'k6', ...args);
    load.then((done) => {
      ended = done;
    });
  });
  afterAll(async () => {
    await compose.down();
    await load;
  });

  /** Asks something until it holds. */
  async function until(what: () => string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + PATIENCE; !(await holds()); await sleep(500)) {
      if (ended) throw new Error(`k6 ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
      if (Date.now() > deadline) throw new Error(`not within ${PATIENCE / 1000} s: ${what()}`);
    }
  }

  /** What Prometheus answers now: a value for each series, which are named by their labels. */
  async function ask(expression: string): Promise<Record<string, number>> {
    const query = filledIn(expression);
    const url = `${prometheus}/api/v1/query?${new URLSearchParams({ query })}`;
    const { status, error, data } = (await (await fetch(url)).json()) as {
      status: string;
      error?: string;
      data: { result: { metric: object; value: [number, string] }[] };
    };
    if (status !== 'success') throw new Error(`${query}: ${error}`);
    return Object.fromEntries(
      data.result.map(({ metric, value: [, value] }) => [JSON.stringify(metric), Number(value)]),
    );
  }

  /** Asks until there is an answer of numbers. */
  async function answer(expression: string): Promise<Record<string, number>> {
    let values: Record<string, number> = {};
    await until(
      () => `${JSON.stringify(values)} is no answer to ${expression}`,
      async () => {
        values = await ask(expression);
        const numbers = Object.values(values);
        return numbers.length > 0 && numbers.every(Number.isFinite);
      },
    );
    return values;
  }

  /** Waits until a server is the one that runs, and no other. */
  async function runs(target: string): Promise<void> {
    let running: string[] = [];
    await until(
      () => `${running} runs, not ${target}`,
      async () => {
        running = Object.keys(await ask('heptathlon:running'));
        return running.length === 1 && running[0]?.includes(target) === true;
      },
    );
  }

  test('Prometheus finds nothing wrong with its configuration and rules', async () => {
    const check = await docker([
      ...['exec', compose.container('prometheus')],
      ...['promtool', 'check', 'config', '/etc/prometheus/prometheus.yml'],
    ]);
    expect(check.stdout).toContain('1 rules found');
    expect(check.code).toBe(0);
  });

  test.each(queries)('$title: $expr', async ({ title, expr }) => {
    const values = await answer(expr);
    console.log(`${title}: ${JSON.stringify(values).replaceAll('\\"', '')}`);
    for (const series of Object.keys(values)) expect(series).toContain('"target":"fastify"');
  });

  test('the figures are those of the run', async () => {
    // The window of a rate has to be within the run, all of it.
    let requests = 0;
    await until(
      () => `${requests} requests/s, not ${RATE}`,
      async () => {
        [requests = 0] = Object.values(await answer(queries[0]?.expr ?? ''));
        return Math.abs(requests - RATE) < RATE / 10;
      },
    );
  });

  test('an expression with a mistake has no answer', async () => {
    expect(await ask('sum(rate(k6_http_reqs_totl[8s]))')).toEqual({});
    await expect(ask('sum(rate(k6_http_reqs_total)')).rejects.toThrow('parse error');
  });

  // Made figures, since these cannot be had at will: failures that k6 counts apart from the other answers and
  // only from the first one on, and another copy of this project on the same machine, started later.
  test('the panels tell failures apart, and other projects', async () => {
    const ours = 'project="ours"';
    const theirs = 'project="theirs"';
    const series = {
      [`container_start_time_seconds{${ours}, service="cadvisor"}`]: '100x30',
      [`container_start_time_seconds{${ours}, service="fastify", target="fastify"}`]: '100x30',
      [`container_start_time_seconds{${theirs}, service="express", target="express"}`]: '200x30',
      [`container_cpu_usage_seconds_total{${ours}, service="postgres"}`]: '0+1x30',
      [`container_cpu_usage_seconds_total{${theirs}, service="postgres"}`]: '0+4x30',
      'k6_http_reqs_total{event="db", expected_response="true"}': '0+400x30',
      'k6_http_reqs_total{event="db", expected_response="false"}': '_x25 3000x5',
      'k6_http_req_failed_rate{event="db", expected_response="true"}': '0x30',
      'k6_http_req_failed_rate{event="db", expected_response="false"}': '_x25 1x5',
      'k6_dropped_iterations_total{event="db"}': '_x25 7x5',
      'k6_vus{event="db"}': '5x30',
    };
    const expected = {
      'Failed requests and checks: {{target}} {{event}} requests': 0.2,
      'Virtual users and dropped iterations: {{target}} {{event}} dropped': 7,
      'CPU: {{target}}: PostgreSQL': 0.5,
    };
    const tests = Object.entries(expected).map(([name, value]) => {
      const query = queries.find(({ title, legend }) => `${title}: ${legend}` === name);
      const labels = name.includes('{{event}}')
        ? '{event="db", target="fastify"}'
        : '{target="fastify"}';
      return {
        expr: filledIn(query?.expr ?? ''),
        eval_time: '60s',
        exp_samples: [{ labels, value }],
      };
    });
    const file = {
      rule_files: ['/etc/prometheus/rules.yml'],
      evaluation_interval: '2s',
      tests: [
        {
          interval: '2s',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: tests,
        },
      ],
    };
    // It stores the figures in a file, and the volume is where the container can write.
    const { code, stdout, stderr } = await compose.shell(
      'prometheus',
      `TMPDIR=/prometheus promtool test rules /dev/stdin <<'END'\n${JSON.stringify(file)}\nEND`,
    );
    expect(code, stdout + stderr).toBe(0);
  });

  test('the variable offers the target that runs', async () => {
    const [, match = '', label] =
      /^label_values\((.*), (\w+)\)$/.exec(dashboard.templating.list[0]?.query.query ?? '') ?? [];
    const url = `${prometheus}/api/v1/label/${label}/values?${new URLSearchParams({ 'match[]': match })}`;
    const { data } = (await (await fetch(url)).json()) as { data: string[] };
    expect(data).toEqual(['fastify']);
  });

  test('another profile becomes the one that runs, and the first again', async () => {
    for (const target of ['express', 'fastify']) {
      await started.up(target);
      await runs(target);
      // Prometheus remembers for five minutes what is gone.
      const memory = queries.find(({ title }) => title === 'Memory')?.expr ?? '';
      expect(Object.keys(await answer(memory))).toEqual([JSON.stringify({ target })]);
    }
  });
});
