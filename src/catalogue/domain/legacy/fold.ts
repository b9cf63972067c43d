import type { Book, BookSource } from "../../../../contract/catalogue.ts";
import { BOOK_FIELDS, type BookField, isBlank } from "../merge/book-fields.ts";
import { KV_IMPORT } from "./stored-value.ts";
import { FIELD_GROUPS, containsGroup, type FieldGroup } from "./field-groups.ts";
import { compareRank, type KeyRecord } from "./key-record.ts";
import { defined } from "../../../platform/defined.ts";

/** The provider of a group of fields of a stored book, and the date of its values (ms since the epoch). */
export interface GroupClaim {
  readonly provider: string;
  readonly at: number;
}

/** The newest source that names a field of the group; undefined if there is none. */
export function claimOf(book: Book, group: FieldGroup): GroupClaim | undefined {
  const claims = book.sources
    .filter(({ fields }) => group.some((field) => fields.includes(field)))
    .map(({ provider, fetchedAt }) => ({ provider, at: Date.parse(fetchedAt) }));
  return claims.reduce<GroupClaim | undefined>(
    // On equal dates the provider wins: at best, the old value came from it.
    (a, b) => (a && (a.at > b.at || (a.at === b.at && a.provider !== KV_IMPORT)) ? a : b),
    undefined,
  );
}

/** The key among `others` whose value wins for the group; undefined if none of them has a value for it. */
export function ownerOf(others: readonly KeyRecord[], group: FieldGroup): KeyRecord | undefined {
  return others
    .filter(({ fields }) => containsGroup(fields, group))
    .reduce<KeyRecord | undefined>((a, b) => (a && compareRank(a, b) > 0 ? a : b), undefined);
}

/** Whether all fields of the group are blank in the book. */
export function isGroupBlank(book: Book, group: FieldGroup): boolean {
  return group.every((field) => isBlank(book, field));
}

function takes(stored: Book, others: readonly KeyRecord[], record: KeyRecord, group: FieldGroup) {
  if (!containsGroup(record.fields, group)) return false;
  if (isGroupBlank(stored, group)) return true;
  const claim = claimOf(stored, group) ?? {
    provider: stored.provider,
    at: Date.parse(stored.updatedAt),
  };
  if (claim.provider !== KV_IMPORT)
    return record.datedAt !== undefined && record.datedAt > claim.at;
  const owner = ownerOf(others, group);
  return owner === undefined || compareRank(record, owner) > 0;
}

function bySource(one: BookSource, other: BookSource): number {
  return (
    Date.parse(other.fetchedAt) - Date.parse(one.fetchedAt) ||
    (one.provider === other.provider ? 0 : one.provider < other.provider ? -1 : 1)
  );
}

/** The sources of `stored` for the fields that it keeps, and those of `incoming` for the fields in `taken`. */
function sourcesOf(stored: Book, incoming: Book, taken: ReadonlySet<BookField>): BookSource[] {
  const kept = stored.sources.map((source) => ({
    ...source,
    fields: source.fields.filter((field) => !taken.has(field as BookField)),
  }));
  const own = incoming.sources.map((source) => ({
    ...source,
    fields: source.fields.filter((field) => taken.has(field as BookField)),
  }));
  const united = new Map<string, BookSource>();
  for (const source of [...kept, ...own]) {
    const name = `${source.fetchedAt} ${source.provider}`;
    const fields = new Set([...(united.get(name)?.fields ?? []), ...source.fields]);
    united.set(name, { ...source, fields: BOOK_FIELDS.filter((field) => fields.has(field)) });
  }
  return [...united.values()].filter(({ fields }) => fields.length > 0).sort(bySource);
}

/**
 * Merges the value of one key into the stored book of the same ISBN. For each group of fields the highest claim wins: a
 * provider's answer by its date, a key's value by `compareRank`; a blank never beats a value. Therefore the order of a
 * book's keys does not matter, in one run or across several.
 * @param stored the current row, which may contain providers' answers
 * @param others the other keys of this book that were merged into that row
 */
export function foldKey(
  stored: Book | undefined,
  others: readonly KeyRecord[],
  incoming: { readonly record: KeyRecord; readonly book: Book },
): Book {
  const { record, book } = incoming;
  if (stored === undefined) return book;
  const groups = FIELD_GROUPS.filter((group) => takes(stored, others, record, group));
  if (groups.length === 0) return stored;
  const taken = new Set<BookField>(groups.flat());
  const merged: Partial<Record<BookField, unknown>> = {};
  for (const field of BOOK_FIELDS) {
    const value = taken.has(field) ? book[field] : stored[field];
    if (value !== undefined) merged[field] = value;
  }
  const sources = sourcesOf(stored, book, taken);
  const newest = sources[0]?.fetchedAt ?? stored.updatedAt;
  return {
    isbn: stored.isbn,
    ...defined({ isbn10: stored.isbn10 }),
    ...(merged as Pick<Book, "title" | "authors" | "categories">),
    provider: taken.has("title") ? book.provider : stored.provider,
    sources,
    updatedAt: newest > stored.updatedAt ? newest : stored.updatedAt,
  };
}
