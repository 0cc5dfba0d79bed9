import type { Failure } from './explore.js';
import type { Raw } from './generate/raw.js';
import type { Finding } from './judge.js';
import type { RawFinding } from './judge-raw.js';
import { type Exchange, escapeBytes, toBytes } from './message.js';
import type { Server } from './servers.js';

/** Text that is longer is cut. */
const MAX_TEXT = 400;

/** A failure for a person: what was sent, what came back, and how to see it again. */
export function describeFailure(
  { example, finding, seed, path }: Failure<Exchange, Finding>,
  servers: Server[],
): string {
  const { messages, pipelined } = example;
  const how = messages.length === 1 ? '' : pipelined ? ', pipelined' : ', one after the other';
  return [
    `${finding.kinds.join(', ')}: ${messages.length === 1 ? 'a request' : `request ${finding.index + 1} of ${messages.length}${how}`}`,
    ...messages.map((message) => `    ${shorten(escapeBytes(toBytes(message)))}`),
    ...finding.groups.map(
      ({ names, answer }) =>
        `  ${names.join(', ')}\n    ${shorten(escapeBytes(Buffer.from(answer, 'latin1')))}`,
    ),
    ...(finding.violation ? [`  ${shorten(finding.violation)}`] : []),
    ...(finding.kinds.includes('slow')
      ? [
          `  slow: ${finding.blamed
            .filter(({ kind }) => kind === 'slow')
            .map(({ name }) => name)
            .join(', ')}`,
        ]
      : []),
    `  again: npm run fuzz -- --seed ${seed} --path ${path}`,
    ...byHand(Buffer.concat(messages.map(toBytes)), finding.blamed[0]?.name, servers),
  ].join('\n');
}

/** The same for bytes that are hardly HTTP. */
export function describeRawFailure(
  { example, finding, seed, path }: Failure<Raw, RawFinding>,
  servers: Server[],
): string {
  return [
    'bytes:',
    `    ${shorten(escapeBytes(example.bytes))}`,
    ...finding.blamed.flatMap(({ name, wrong, received }) => [
      `  ${name}: ${wrong}`,
      `    ${shorten(escapeBytes(received))}`,
    ]),
    `  again: npm run fuzz -- --requests 0 --seed ${seed} --path ${path}`,
    ...byHand(example.bytes, finding.blamed[0]?.name, servers),
  ].join('\n');
}

/** A line for a shell, where it does not get too long. */
function byHand(bytes: Buffer, name: string | undefined, servers: Server[]): string[] {
  const text = escapeBytes(bytes);
  const server = servers.find((server) => server.name === name);
  if (text.length > 2000 || !server) return [];
  return [`  by hand: printf %b '${text}' | nc -w 2 ${server.url.hostname} ${server.url.port}`];
}

function shorten(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT - 60)} ... ${text.slice(-40)} (${text.length} characters)`;
}
