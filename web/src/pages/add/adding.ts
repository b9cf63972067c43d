/** Adds the book for a code, with or without a connection. */
import { ConnectionError, type BooksTrackClient } from "../../../../client/src/index.ts";
import { isbnIn } from "../../state/isbn.ts";
import type { Shelf } from "../../state/library.ts";
import type { Status } from "../../ui/words/text.ts";
import { isbn13Of } from "./input.ts";

/**
 * `known`: it is already on the shelf. `queued`: the service looks it up when there is a
 * connection.
 */
export interface Added {
  readonly kind: "added" | "known" | "queued";
  readonly isbn: string;
}

export interface AddingDeps {
  shelf: Pick<Shelf, "edit" | "listed">;
  /** Looks up a code. @throws BooksTrackError, ConnectionError */
  lookUp: (code: string) => ReturnType<BooksTrackClient["catalogue"]["enrich"]>;
  isOnline: boolean;
}

/**
 * @param code as typed or scanned
 * @throws BooksTrackError if the service rejects the code; ConnectionError for a code that only the
 * service can parse; StoreError
 */
export async function addCode(
  code: string,
  status: Status,
  { shelf, lookUp, isOnline }: AddingDeps,
): Promise<Added> {
  const read = isbnIn(code);
  const isbn = read && isbn13Of(read);
  if (isbn !== undefined && shelf.listed(isbn)) return { kind: "known", isbn };
  const queue = async (wanted: string): Promise<Added> => {
    await shelf.edit({ op: "add", isbn: wanted, body: { status } });
    return { kind: "queued", isbn: wanted };
  };
  if (!isOnline && isbn !== undefined) return queue(isbn);
  try {
    const {
      _cacheSource: _source,
      enrichedAt: _at,
      updatedAt: _updatedAt,
      ...preview
    } = await lookUp(code);
    if (shelf.listed(preview.isbn)) return { kind: "known", isbn: preview.isbn };
    await shelf.edit({ op: "add", isbn: preview.isbn, body: { status }, preview });
    return { kind: "added", isbn: preview.isbn };
  } catch (error) {
    if (isbn === undefined || !(error instanceof ConnectionError)) throw error;
    return queue(isbn);
  }
}
