import type { Book } from "../../../../contract/catalogue.ts";
import { BOOK_FIELDS, isBlank } from "../merge/book-fields.ts";
import { KEY } from "./index-text.ts";
import type { Candidate } from "./rank.ts";

/** A result of a search, and the work that it is an edition of. */
export interface EditionRef {
  readonly isbn: string;
  /** The provider's id of the work, or else the main title with the first author's family name. */
  readonly work: string;
}

/** The editions of each work, in the order of the first edition of each. */
export function groupByWork(refs: readonly EditionRef[]): string[][] {
  const works = new Map<string, string[]>();
  for (const { isbn, work } of refs) {
    const editions = works.get(work);
    if (editions) editions.push(isbn);
    else works.set(work, [isbn]);
  }
  return [...works.values()];
}

/** The work of a book without a work id. A book without an author counts as a separate work. */
export function workByText({ isbn, mainTitle, authors }: Candidate): string {
  const keys = `${mainTitle ?? ""} ${authors ?? ""}`.split(" ");
  const named = (mark: string): string | undefined => keys.find((key) => key.startsWith(mark));
  const title = (named(KEY.main) ?? named(KEY.full))?.slice(1);
  const family = named(KEY.family);
  return title === undefined || family === undefined ? isbn : `${title} ${family}`;
}

/** The edition that represents its work, unless another one is on the user's shelf. */
export function mostComplete(editions: readonly Book[]): Book | undefined {
  const weight = (book: Book): number =>
    BOOK_FIELDS.filter((field) => !isBlank(book, field)).length;
  return editions.reduce<Book | undefined>(
    (best, book) => (best === undefined || weight(book) > weight(best) ? book : best),
    undefined,
  );
}
