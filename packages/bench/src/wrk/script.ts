import { type Event, VARIETY } from '../autocannon/events.js';

/** What wrk's `done` prints, as JSON: times in µs. */
export interface Printed {
  requests: number;
  duration: number;
  errors: number;
  latency: Record<'p50' | 'p90' | 'p99' | 'p999' | 'max', number>;
}

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
  return `local threads, requests, right, sent = {}, {}, {}, 0
wrong = 0
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
  local shape = body
  if not right[shape] then
${rows.map(({ lua }) => `    shape = shape:gsub(${quoted(lua)}, "row")`).join('\n')}
  end
  if status ~= 200 or not right[shape] then wrong = wrong + 1 end
end
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do errors = errors + thread:get("wrong") end
  print(string.format(
    '{"requests":%d,"duration":%d,"errors":%d,"latency":{"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d}}',
    summary.requests, summary.duration, errors, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency:percentile(99.9), latency.max))
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
