import { type Event, VARIETY } from '../autocannon/events.js';

/** What wrk's `done` prints, as JSON. */
export interface Printed {
  requests: number;
  /** Of those that count as errors. */
  failures: { connect: number; read: number; write: number; timeout: number; wrong: number };
  /** The status of the first answer that was wrong; 0 where none was. */
  status: number;
  /** µs */
  latency: Record<'p50' | 'p90' | 'p99' | 'p999' | 'max', number>;
  threads: ThreadTicks[];
}

/** How far a thread was, by `process.hrtime`, in ms. */
export interface ThreadTicks {
  /** When it sent its first request, and when it had every `TICK` answers more. */
  ticks: number[];
  /** When all was over, and how many answers it had then. */
  end: [at: number, answered: number];
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
local threads, requests, right, sent = {}, {}, {}, 0
answered, wrong, status, ticks = 0, 0, 0, {}
local function clock()
  ffi.C.clock_gettime(${CLOCK}, now)
  return tonumber(now.s) * 1000 + tonumber(now.ns) / 1000000
end
function setup(thread) table.insert(threads, thread) end
function init()
${requests.map((request) => `  table.insert(requests, wrk.format("${method}", ${request}))`).join('\n')}
${[...right].map((shape) => `  right[${quoted(shape)}] = true`).join('\n')}
end
function request()
  sent = sent + 1
  if sent == 1 then ticks[1] = clock() end
  return requests[sent % #requests + 1]
end
function response(code, _, body)
  answered = answered + 1
  if answered % ${TICK} == 0 then ticks[#ticks + 1] = clock() end
  local shape = body
  if not right[shape] then
${rows.map(({ lua }) => `    shape = shape:gsub(${quoted(lua)}, "row")`).join('\n')}
  end
  if code ~= 200 or not right[shape] then
    wrong = wrong + 1
    if status == 0 then status = code end
  end
end
function done(summary, latency)
  local ended, all, wrong, status = clock(), {}, 0, 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong")
    if status == 0 then status = thread:get("status") end
    local times = {}
    for index, time in ipairs(thread:get("ticks")) do times[index] = string.format("%.3f", time) end
    all[#all + 1] = string.format('{"ticks":[%s],"end":[%.3f,%d]}', table.concat(times, ","), ended, thread:get("answered"))
  end
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"failures":{"connect":%d,"read":%d,"write":%d,"timeout":%d,"wrong":%d},"status":%d,"latency":{"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d},"threads":[%s]}',
    summary.requests, errors.connect, errors.read, errors.write, errors.timeout, wrong, status,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9), latency.max,
    table.concat(all, ",")))
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
