import { type HeaderInfo, HTTPParser } from 'http-parser-js';

/** The head of an answer: its bytes to the empty line, and what the parser found in it. */
interface Head {
  bytes: Buffer;
  info: HeaderInfo;
}

/** Heads that were parsed before, by the length of the whole answer in bytes. */
export type Heads = Map<number, Head>;

/**
 * autocannon's parser, which does not parse a head twice: all answers to one request begin with the same
 * bytes until the second of `Date` is over. What is not one whole answer with a known head is left to the
 * parser itself. It spares a tenth of what autocannon needs for a request, which is as much as fast servers do.
 */
export class RepeatParser extends HTTPParser {
  declare readonly state: string;
  declare readonly line: string;
  declare readonly info: HeaderInfo;
  readonly #heads: Heads;

  /**
   * @param heads what all connections of a load have seen
   * @param onMalformed is told of what is not HTTP: autocannon would wait for the rest of it
   */
  constructor(
    heads: Heads,
    readonly onMalformed: () => void = () => {},
  ) {
    super(HTTPParser.RESPONSE);
    this.#heads = heads;
  }

  override execute(chunk: Buffer): number | Error {
    if (!this.#isBetweenAnswers()) return this.#parse(chunk);
    const known = this.#heads.get(chunk.length);
    if (known && startsWith(chunk, known.bytes)) {
      const { length } = known.bytes;
      this[HTTPParser.kOnHeadersComplete](known.info);
      this[HTTPParser.kOnBody](chunk, length, chunk.length - length);
      this[HTTPParser.kOnMessageComplete]();
      return chunk.length;
    }
    const { info } = this;
    const result = this.#parse(chunk);
    if (this.#isBetweenAnswers()) this.#remember(chunk, info);
    return result;
  }

  #parse(chunk: Buffer): number | Error {
    const result = super.execute(chunk);
    if (result instanceof Error) this.onMalformed();
    return result;
  }

  #isBetweenAnswers(): boolean {
    return this.state === 'RESPONSE_LINE' && this.line === '';
  }

  /** Keeps the head of a chunk that is one answer, and has no other end than its Content-Length. */
  #remember(chunk: Buffer, info: HeaderInfo): void {
    const length = chunk.indexOf('\r\n\r\n') + 4;
    const names = info.headers.map((text) => text.toLowerCase());
    const contentLength = info.headers[names.indexOf('content-length') + 1];
    if (names.includes('transfer-encoding') || Number(contentLength) !== chunk.length - length)
      return;
    this.#heads.set(chunk.length, { bytes: Buffer.from(chunk.subarray(0, length)), info });
  }
}

function startsWith(chunk: Buffer, head: Buffer): boolean {
  return chunk.compare(head, 0, head.length, 0, head.length) === 0;
}
