import { parseIsbn } from "../../../../catalogue/domain/isbn/isbn.ts";
import { compactOf, MAX_INPUT_LENGTH } from "../../../../catalogue/domain/isbn/text.ts";
import type { Draft } from "../draft.ts";
import type { FieldReader } from "./reader.ts";

const ASIN = /^B0[0-9A-Z]{8}$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EDITION = /OL\d+M/i;
const WORK = /OL\d+W/i;
/** Ids of services are short; a longer text is not an id. */
const MAX_ID_LENGTH = 100;

/** Maps Calibre's identifier schemes to our names. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ["amazon", "asin"],
  ["mobi-asin", "asin"],
  ["openlibrary", "openLibraryEdition"],
  ["olid", "openLibraryEdition"],
]);

function identify(draft: Draft, service: string, id: string): void {
  if (id !== "" && id.length <= MAX_ID_LENGTH) draft.identifiers[service] ??= id;
}

/**
 * Reads an identifier. The cell is also stored in `extra`, because an entry has no field for
 * identifiers.
 */
const identifier =
  (service: string): FieldReader =>
  (cell, draft) => {
    identify(draft, service, cell.trim());
    return false;
  };

const openLibrary: FieldReader = (cell, draft) => {
  const [edition] = EDITION.exec(cell) ?? [];
  const [work] = WORK.exec(cell) ?? [];
  if (edition !== undefined) identify(draft, "openLibraryEdition", edition.toUpperCase());
  if (work !== undefined) identify(draft, "openLibraryWork", work.toUpperCase());
  return false;
};

const isbn =
  (kind: "isbn" | "spare"): FieldReader =>
  (cell, draft, column) => {
    if (ASIN.test(cell.trim())) return identifier("asin")(cell.trim().toUpperCase(), draft, column);
    draft.isbnCells.push({ column, cell, kind });
    return true;
  };

/** Whether a cell of StoryGraph's `ISBN/UID` is an ISBN rather than another identifier. */
function looksLikeIsbn(cell: string): boolean {
  if (cell.length > MAX_INPUT_LENGTH || UUID.test(cell.trim())) return false;
  const result = parseIsbn(cell);
  if (result.ok || result.problem === "rounded_number") return true;
  return /^(?:\d{9}[\dX]|97[89]\d{10})$/.test(compactOf(cell));
}

/** Fields that identify the book by a number. */
export const IDENTIFIER_FIELDS = {
  isbn: isbn("isbn"),
  /** All ISBNs of the edition according to the service, used if the row has no other. */
  spareIsbn: isbn("spare"),
  /** StoryGraph: an ISBN, an ASIN, a UUID or a number. */
  isbnOrOther: (cell, draft, column) =>
    looksLikeIsbn(cell) ? isbn("isbn")(cell, draft, column) : identifierOf(cell, draft, column),
  /** Zotero: the ISBNs of all editions or volumes; the first is the book's. */
  isbnList: (cell, draft, column) => {
    const [first = "", ...others] = cell.split(/[\s,;]+/).filter((part) => part.length >= 10);
    if (first === "") return isbn("isbn")(cell, draft, column);
    isbn("isbn")(first, draft, column);
    for (const other of others.slice(0, 20))
      draft.isbnCells.push({ column, cell: other, kind: "spare" });
    return others.length === 0;
  },
  /** Libib: an ISBN-10 for books, an article number for other items. */
  isbnOrArticle: (cell, draft, column) =>
    /^\d{12}$/.test(cell.trim()) ? false : isbn("isbn")(cell, draft, column),
  /** Calibre: `isbn:9780756411800,goodreads:39077187`; NeoDB separates them by spaces. */
  identifiers: (cell, draft, column) => {
    for (const pair of cell.split(/[,\s]+/).slice(0, 50)) {
      const colon = pair.indexOf(":");
      const scheme = pair.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      const id = pair.slice(colon + 1).trim();
      if (scheme === "isbn") draft.isbnCells.push({ column, cell: id, kind: "isbn" });
      else if (/^[a-z][a-z0-9_-]{0,30}$/.test(scheme))
        identify(draft, SCHEMES.get(scheme) ?? scheme, id);
    }
    return false;
  },
  openLibrary,
  goodreadsId: identifier("goodreads"),
  asin: identifier("asin"),
  librarythingId: identifier("librarything"),
  hardcoverId: identifier("hardcover"),
  inventaireId: identifier("inventaire"),
} satisfies Record<string, FieldReader>;

function identifierOf(cell: string, draft: Draft, column: string): boolean {
  const text = cell.trim();
  return ASIN.test(text)
    ? identifier("asin")(text.toUpperCase(), draft, column)
    : identifier("storygraph")(text, draft, column);
}
