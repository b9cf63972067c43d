/**
 * The outcome of each code of a list, derived from the shelf, so that nothing is lost when the user
 * leaves the page.
 */
import type { Edit } from "../../../../client/src/sync/types.ts";
import { isbnIn } from "../../state/isbn.ts";
import type { Attention, ListedBook } from "../../state/library.ts";
import type { Status } from "../../ui/words/text.ts";
import { isbn13Of } from "./input.ts";

/** A code of a list, with its ISBN-13, if it is one. */
export interface ListedCode {
  readonly code: string;
  readonly isbn?: string;
  /** Whether the book was already on the shelf. */
  readonly wasThere: boolean;
}

export type Outcome =
  | { readonly kind: "added" | "known"; readonly title: string }
  | { readonly kind: "waiting" | "invalid" | "gone" }
  | { readonly kind: "refused"; readonly attention: Attention };

/** @param isListed whether the shelf has an ISBN */
export function readCodes(
  codes: readonly string[],
  isListed: (isbn: string) => boolean,
): ListedCode[] {
  const seen = new Set<string>();
  return codes.flatMap((code): ListedCode[] => {
    const read = isbnIn(code);
    if (read === undefined) return [{ code, wasThere: false }];
    const isbn = isbn13Of(read);
    if (seen.has(isbn)) return [];
    seen.add(isbn);
    return [{ code, isbn, wasThere: isListed(isbn) }];
  });
}

/** The edits that add all new ISBNs of a list. */
export const editsFor = (codes: readonly ListedCode[], status: Status): Edit[] =>
  codes.flatMap(({ isbn, wasThere }): Edit[] =>
    isbn === undefined || wasThere ? [] : [{ op: "add", isbn, body: { status } }],
  );

export function outcomeOf(
  { isbn, wasThere }: ListedCode,
  listed: (isbn: string) => Pick<ListedBook, "title"> | undefined,
  attention: readonly Attention[],
): Outcome {
  if (isbn === undefined) return { kind: "invalid" };
  const refused = attention.find(({ target, edit }) => target === isbn && edit.op === "add");
  if (refused) return { kind: "refused", attention: refused };
  const book = listed(isbn);
  if (!book) return { kind: "gone" };
  if (book.title === isbn) return { kind: "waiting" };
  return { kind: wasThere ? "known" : "added", title: book.title };
}
