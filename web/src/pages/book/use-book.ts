import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LibraryBook } from "../../../../client/src/schema.ts";
import { shelf } from "../../state/shelf.ts";

/** Long texts, which the list of books lacks. */
type Details = Pick<LibraryBook, "description" | "extra" | "identifiers" | "authorsDetailed"> &
  Partial<Pick<LibraryBook, "sources" | "unusedAnswers">>;

/** A book on this device's shelf; `isComplete` once its long texts are read. */
export interface ShelvedBook extends Omit<LibraryBook, keyof Details>, Details {
  isComplete: boolean;
}

/** A book of the shelf, following its changes; undefined if it is not on the shelf. */
export function useBook(isbn: string): ShelvedBook | undefined {
  const whole = useSignal<LibraryBook | undefined>(undefined);
  const revision = shelf.revision.value;
  useEffect(() => {
    let isWanted = true;
    const read = async (): Promise<void> => {
      const book = await shelf.book(isbn);
      if (isWanted) whole.value = book;
    };
    read().catch(() => undefined);
    return () => (isWanted = false);
  }, [isbn, revision]);
  const listed = shelf.listed(isbn);
  if (!listed) return undefined;
  const known = whole.value?.isbn === isbn ? whole.value : undefined;
  return { ...detailsOf(known), ...listed, isComplete: known !== undefined };
}

function detailsOf(book: LibraryBook | undefined): Details {
  if (!book) return {};
  const { description, extra, identifiers, authorsDetailed, sources, unusedAnswers } = book;
  const details = { description, extra, identifiers, authorsDetailed, sources, unusedAnswers };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
