import { DomainError } from "../errors.ts";

/** One field of a form (RFC 7578). */
export interface Part {
  name: string;
  /** The part's Content-Type, if any. */
  type?: string;
  /** The part's bytes as they arrive. Unread bytes are skipped. */
  bytes: AsyncGenerator<Uint8Array>;
}

/** Limit for the headers of one part; real clients send two lines. */
const MAX_HEADER_BYTES = 8192;
/** RFC 2046 5.1.1. */
const BOUNDARY = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i;
const NAME = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i;
const TYPE = /^content-type:[ \t]*(.+?)[ \t]*$/im;

const CR = 0x0d;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Yields the fields of a multipart/form-data body as they arrive, so that a file is never buffered whole. Read each part
 * before requesting the next.
 * @throws DomainError INVALID_REQUEST when the body is malformed or ends too early
 */
export async function* formParts(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Part> {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed("the Content-Type has no boundary");
  const reader = byteReader(body);
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  for await (const _preamble of reader.until(delimiter));
  while (!(await reader.endsForm())) {
    const header = await reader.header();
    const name = nameOf(header);
    const [, type] = TYPE.exec(header) ?? [];
    const bytes = reader.until(delimiter);
    yield { name, ...(type === undefined ? {} : { type }), bytes };
    for await (const _unread of bytes);
  }
}

function byteReader(body: AsyncIterable<Uint8Array>) {
  const source = body[Symbol.asyncIterator]();
  // The first boundary is not preceded by a line break unless there is a preamble.
  let held: Uint8Array = encoder.encode("\r\n");

  const more = async (): Promise<void> => {
    const next = await source.next();
    if (next.done) throw malformed("the form ends without its closing boundary");
    const joined = new Uint8Array(held.length + next.value.length);
    joined.set(held);
    joined.set(next.value, held.length);
    held = joined;
  };
  const take = (length: number): Uint8Array => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };

  return {
    /** Yields the bytes before the next delimiter and consumes the delimiter. */
    async *until(delimiter: Uint8Array): AsyncGenerator<Uint8Array> {
      for (;;) {
        const at = indexOf(held, delimiter);
        if (at >= 0) {
          const last = take(at);
          take(delimiter.length);
          if (last.length > 0) yield last;
          return;
        }
        const safe = held.length - delimiter.length + 1;
        if (safe > 0) yield take(safe);
        await more();
      }
    },
    /** After a delimiter: whether it was the closing one. */
    async endsForm(): Promise<boolean> {
      while (held.length < 2) await more();
      return held[0] === 0x2d && held[1] === 0x2d;
    },
    /** Reads the rest of the delimiter's line and the header lines up to the empty line. */
    async header(): Promise<string> {
      const end = encoder.encode("\r\n\r\n");
      for (;;) {
        const at = indexOf(held, end);
        if (at > MAX_HEADER_BYTES || (at < 0 && held.length > MAX_HEADER_BYTES)) {
          throw malformed("the header of a part is too long");
        }
        if (at >= 0) return decoder.decode(take(at + end.length));
        await more();
      }
    },
  };
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    let matched = 1;
    while (matched < wanted.length && bytes[at + matched] === wanted[matched]) matched += 1;
    if (matched === wanted.length) return at;
  }
  return -1;
}

function nameOf(header: string): string {
  const disposition = header
    .split("\r\n")
    .find((line) => /^content-disposition:\s*form-data\b/i.test(line));
  const [, quoted, plain] = NAME.exec(disposition ?? "") ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
  if (name === undefined) throw malformed("a part has no name");
  return name;
}

function malformed(what: string): DomainError {
  return new DomainError("INVALID_REQUEST", `The form is malformed: ${what}.`, {
    details: { issues: [{ path: "", message: what }] },
  });
}
