import { ARCHIVE } from "../../../../contract/archive.ts";
import { MAX_IMPORT, MAX_OWN_IMPORT } from "../../../../contract/imports.ts";
import { DomainError } from "../../../platform/errors.ts";

/** The maximum numbers of rows and bytes of a file. */
export interface FileLimits {
  readonly rows: number;
  readonly bytes: number;
}

const OWN: ReadonlySet<string> = new Set(["bookstrack", ARCHIVE.format]);

/** The limits of a file of this format; exports of this service may have a whole shelf. */
export function limitsOf(format: string): FileLimits {
  return OWN.has(format) ? MAX_OWN_IMPORT : MAX_IMPORT;
}

/** The bytes of a file with a limit that depends on the format, which is detected while reading. */
export interface LimitedBytes {
  /** Throws DomainError PAYLOAD_TOO_LARGE when the limit is exceeded. */
  bytes: AsyncIterable<Uint8Array>;
  /** Sets the limit; until then the largest possible limit applies. */
  limitTo(bytes: number): void;
}

/** Limits the bytes of a file while they are read. */
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

/** The error for a file with too many bytes. */
export function tooLarge(): DomainError {
  const [others, own] = [MAX_IMPORT, MAX_OWN_IMPORT].map(({ bytes }) => bytes / (1024 * 1024));
  const text = `A file may have at most ${others} MB, an export of BooksTrack ${own} MB. Split the file.`;
  return new DomainError("PAYLOAD_TOO_LARGE", text);
}
