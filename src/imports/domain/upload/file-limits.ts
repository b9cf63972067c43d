import { ARCHIVE } from "../../../../contract/archive.ts";
import { MAX_IMPORT, MAX_OWN_IMPORT } from "../../../../contract/imports.ts";
import { DomainError } from "../../../platform/errors.ts";

/** How many rows and bytes a file may have. */
export interface FileLimits {
  readonly rows: number;
  readonly bytes: number;
}

const OWN: ReadonlySet<string> = new Set(["bookstrack", ARCHIVE.format]);

/** The limits of a file of this format: those of this service's exports hold a whole shelf. */
export function limitsOf(format: string): FileLimits {
  return OWN.has(format) ? MAX_OWN_IMPORT : MAX_IMPORT;
}

/** The bytes of a file whose limit is known only once its format is. */
export interface LimitedBytes {
  /** Throws DomainError PAYLOAD_TOO_LARGE after as many bytes as there may be. */
  bytes: AsyncIterable<Uint8Array>;
  /** Settles the limit; until then it is that of the largest files. */
  limitTo(bytes: number): void;
}

/** Bounds the bytes of a file while they are read. */
export function limited(source: AsyncIterable<Uint8Array>): LimitedBytes {
  let limit: number = MAX_OWN_IMPORT.bytes;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let length = 0;
    for await (const piece of source) {
      length += piece.length;
      if (length > limit) throw tooLarge();
      yield piece;
    }
  }
  return { bytes: bytes(), limitTo: (most) => void (limit = most) };
}

/** The problem of a file with too many bytes. */
export function tooLarge(): DomainError {
  const [others, own] = [MAX_IMPORT, MAX_OWN_IMPORT].map(({ bytes }) => bytes / (1024 * 1024));
  const text = `A file may have at most ${others} MB, an export of BooksTrack ${own} MB. Split it.`;
  return new DomainError("PAYLOAD_TOO_LARGE", text);
}
