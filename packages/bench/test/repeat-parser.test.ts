import { HTTPParser } from 'http-parser-js';
import { describe, expect, test } from 'vitest';
import { type Heads, RepeatParser } from '../src/autocannon/repeat-parser.js';

/** What a parser tells of what it is given: status codes and bodies, and where an answer ends. */
function tell(parser: InstanceType<typeof HTTPParser>, chunks: string[]): (number | string)[] {
  const told: (number | string)[] = [];
  parser[HTTPParser.kOnHeadersComplete] = ({ statusCode }: { statusCode: number }) => {
    told.push(statusCode);
  };
  parser[HTTPParser.kOnBody] = (chunk, start, length) => {
    told.push(chunk.toString('utf8', start, start + length));
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    told.push('end');
  };
  for (const chunk of chunks) parser.execute(Buffer.from(chunk));
  return told;
}

const answer = (body: string, { status = '200 OK', second = 7 } = {}) =>
  `HTTP/1.1 ${status}\r\nDate: Sat, 21 Nov 2026 10:00:0${second} GMT\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
const right = answer('hello');

describe('tells what the parser of autocannon tells', () => {
  test.each<[string, string[]]>([
    ['one answer, again and again', [right, right, right]],
    ['another body of the same length', [right, answer('HELLO'), right]],
    ['another length', [right, answer('hello, world'), right]],
    ['another status of the same length', [right, answer('hello', { status: '404 NO' }), right]],
    ['another second', [right, answer('hello', { second: 8 }), right]],
    ['in two pieces', [right, right.slice(0, 30), right.slice(30), right]],
    ['a piece as long as an answer', [right, right.slice(0, -1), `o${right.slice(0, -1)}`, 'o']],
    ['two in one piece', [right, right + right, right]],
    ['chunked', [chunked, chunked, right, chunked]],
    ['no body', [answer(''), answer('')]],
  ])('%s', (_, chunks) => {
    const heads: Heads = new Map();
    const expected = tell(new HTTPParser(HTTPParser.RESPONSE), chunks);
    expect(expected).toContain('end');
    expect(tell(new RepeatParser(heads), chunks).filter((told) => told !== '')).toEqual(expected);
    // Another connection knows what the first has seen.
    expect(tell(new RepeatParser(heads), chunks).filter((told) => told !== '')).toEqual(expected);
  });
});

test('a head that is known is not parsed', () => {
  const heads: Heads = new Map();
  tell(new RepeatParser(heads), [right]);
  const [head] = heads.values();
  if (head) head.info.statusCode = 299;
  expect(tell(new RepeatParser(heads), [right])).toEqual([299, 'hello', 'end']);
});
