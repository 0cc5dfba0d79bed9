import { type Event, VARIETY } from '../autocannon/events.js';

/** What wrk's `done` prints, as JSON. */
export interface Printed {
  requests: number;
  errors: number;
  /** µs */
  latency: Record<'p50' | 'p90' | 'p99' | 'p999' | 'max', number>;
  /** For each thread when it had every `TICK` answers more: `process.hrtime`, in ms. */
  ticks: number[][];
}

/** After so many answers of a thread it looks at the clock. */
export const TICK = 20;

/** The clock that `process.hrtime` reads. */
const CLOCK = process.platform === 'darwin' ? 4 : 1;

/** The same in JavaScript and in Lua: rows of `world` differ from answer to answer, in JSON and in HTML. */
const rows = [
  { regex: /\{"id":\d+,"randomNumber":\d+\}/g, lua: '{"id":%d+,"randomNumber":%d+}' },
  { regex: /<td>\d+<\/td><td>\d+<\/td>/g, lua: '<td>%d+</td><td>%d+</td>' },
];

/**
 * Writes the script that wrk sends an event with. It takes an answer for right that is, rows aside, one of
 * those that the server gave here, which were checked in full.
 *
 * @throws {Error} where the server gives a wrong answer at once
 */
export async function writeScript({ method, path, body, check }: Event, url: string) {
  const numbers = Array.from({ length: VARIETY }, (_, number) => number);
  const right = new Set<string>();
  for (const number of numbers) {
    const response = await fetch(`${url}${path(number)}`, {
      method,
      headers: { connection: 'close', 'content-type': 'application/json' },
      ...(body && { body: body(number) }),
    });
    const text = await response.text();
    if (response.status !== 200 || !check(number)(text)) {
      throw new Error(`a wrong answer: ${response.status} ${text.slice(0, 100)}`);
    }
    right.add(rows.reduce((shape, { regex }) => shape.replace(regex, 'row'), text));
  }
  const requests = numbers.map((number) =>
    [
      quoted(path(number)),
      body ? `{["Content-Type"]="application/json"}` : 'nil',
      body ? quoted(body(number)) : 'nil',
    ].join(', '),
  );
  return `local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } moment; int clock_gettime(int, moment *);")
local now = ffi.new("moment")
local threads, requests, right, sent, answered = {}, {}, {}, 0, 0
wrong, ticks = 0, {}
function setup(thread) table.insert(threads, thread) end
function init()
${requests.map((request) => `  table.insert(requests, wrk.format("${method}", ${request}))`).join('\n')}
${[...right].map((shape) => `  right[${quoted(shape)}] = true`).join('\n')}
end
function request()
  sent = sent + 1
  return requests[sent % #requests + 1]
end
function response(status, _, body)
  answered = answered + 1
  if answered % ${TICK} == 0 then
    ffi.C.clock_gettime(${CLOCK}, now)
    ticks[#ticks + 1] = tonumber(now.s) * 1000 + tonumber(now.ns) / 1000000
  end
  local shape = body
  if not right[shape] then
${rows.map(({ lua }) => `    shape = shape:gsub(${quoted(lua)}, "row")`).join('\n')}
  end
  if status ~= 200 or not right[shape] then wrong = wrong + 1 end
end
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  local ticks = {}
  for _, thread in ipairs(threads) do
    errors = errors + thread:get("wrong")
    local times = {}
    for index, time in ipairs(thread:get("ticks")) do times[index] = string.format("%.3f", time) end
    ticks[#ticks + 1] = "[" .. table.concat(times, ",") .. "]"
  end
  print(string.format(
    '{"requests":%d,"errors":%d,"latency":{"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d},"ticks":[%s]}',
    summary.requests, errors, latency:percentile(50), latency:percentile(90), latency:percentile(99),
    latency:percentile(99.9), latency.max, table.concat(ticks, ",")))
end
`;
}

/** A string of Lua: every byte that is not plain is escaped by its number. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) =>
    byte >= 32 && byte < 127 && byte !== 34 && byte !== 92
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, '0')}`,
  );
  return `"${bytes.join('')}"`;
}
