import type { Book } from "../../../../contract/catalogue.ts";
import { present } from "../text/json-values.ts";
import { PROVIDER_IDS, type ProviderId } from "../provider.ts";
import { BOOK_FIELDS, type BookField } from "./book-fields.ts";

/** The time of each provider's latest complete answer, ms since the epoch. */
export type Answered = ReadonlyMap<string, number>;

/** The times of the answers that a book was merged from. An old value of the cache is not an answer of a provider. */
export function answeredIn(book: Book, also: readonly ProviderId[] = []): Answered {
  const times = new Map<string, number>();
  const add = (provider: string, at: number): void =>
    void times.set(provider, Math.max(at, times.get(provider) ?? 0));
  for (const { provider, fetchedAt } of book.sources) {
    if ((PROVIDER_IDS as readonly string[]).includes(provider))
      add(provider, Date.parse(fetchedAt));
  }
  for (const { provider, fetchedAt } of book.unusedAnswers ?? [])
    add(provider, Date.parse(fetchedAt));
  for (const provider of also) add(provider, Date.parse(book.updatedAt));
  return times;
}

/** The later time of each provider. */
export function latestOf(one: Answered, other: Answered): Answered {
  const providers = new Set([...one.keys(), ...other.keys()]);
  return new Map(
    [...providers].map((name) => [name, Math.max(one.get(name) ?? 0, other.get(name) ?? 0)]),
  );
}

/**
 * Records each answer that is newer than the values used from its provider. Otherwise an older
 * answer of that provider would count as its latest one if it were written again.
 */
export function withUnusedAnswers(book: Book, answered: Answered): Book {
  const { unusedAnswers: _before, ...rest } = book;
  const used = answeredIn(rest);
  const unusedAnswers = [...answered]
    .filter(([provider, at]) => at > (used.get(provider) ?? 0))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([provider, at]) => ({ provider, fetchedAt: new Date(at).toISOString() }));
  return unusedAnswers.length === 0 ? rest : { ...rest, unusedAnswers };
}

/** The only provider that a named value can come from; undefined if the value does not show it. */
function providerOf(name: string, value: string): ProviderId | undefined {
  if (name === "googleBooks" || /\/\/[^/]*\bgoogle\b/.test(value)) return "google-books";
  const isOpenLibrary = name === "openLibrary" || /\/\/[^/]*\bopenlibrary\b/.test(value);
  return isOpenLibrary ? "openlibrary" : undefined;
}

/**
 * The book without values that are superseded because their source has answered again: the new
 * answer either has the value again or no longer has it. A value with several sources is kept until
 * all of them have answered.
 * @param keep fields that are always kept
 */
export function withoutSuperseded(
  book: Book,
  answered: Answered,
  keep: readonly BookField[] = [],
): Book {
  const isOld = ({ provider, fetchedAt }: Book["sources"][number]): boolean =>
    Date.parse(fetchedAt) < (answered.get(provider) ?? 0);
  const old = book.sources.filter(isOld);
  if (old.length === 0) return book;
  const kept = book.sources.flatMap((source) => {
    if (!isOld(source)) return [source];
    const fields = source.fields.filter((field) => (keep as readonly string[]).includes(field));
    return fields.length === 0 ? [] : [{ ...source, fields }];
  });
  const providers = new Set(old.map(({ provider }) => provider));
  const left: Partial<Record<BookField, unknown>> = {};
  for (const field of BOOK_FIELDS) {
    const isSuperseded = old.some(({ fields }) => fields.includes(field));
    if (!isSuperseded) left[field] = book[field];
    else if (kept.some(({ fields }) => fields.includes(field))) {
      left[field] = isNamed(field) ? namesOfOthers(book[field], providers) : book[field];
    }
  }
  const { isbn, isbn10, provider, updatedAt } = book;
  const empty = { isbn, isbn10, title: "", authors: [], categories: [] };
  const rest = present({ ...empty, ...present(left), provider, sources: kept, updatedAt }) as Book;
  return withRemainingCover(rest);
}

const isNamed = (field: BookField): field is "imageLinks" | "identifiers" =>
  field === "imageLinks" || field === "identifiers";

/** The named values that may be from providers other than these. */
function namesOfOthers(
  named: Readonly<Record<string, string | undefined>> = {},
  providers: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !providers.has(providerOf(entry[0], entry[1]) ?? ""),
    ),
  );
}

/** If the cover was removed, the largest image of another source becomes the cover. */
function withRemainingCover(book: Book): Book {
  const { large, medium, thumbnail } = book.imageLinks ?? {};
  const coverUrl = large ?? medium ?? thumbnail;
  if (book.coverUrl !== undefined || coverUrl === undefined) return book;
  const sources = book.sources.map((source) =>
    source.fields.includes("imageLinks")
      ? {
          ...source,
          fields: BOOK_FIELDS.filter(
            (field) => field === "coverUrl" || source.fields.includes(field),
          ),
        }
      : source,
  );
  return { ...book, coverUrl, sources };
}

/**
 * The book with this provider's values of these fields dated `at`: the provider has answered again,
 * but not about these fields.
 */
export function carriedOver(
  book: Book,
  { provider, fields, at }: { provider: string; fields: readonly BookField[]; at: string },
): Book {
  const isCarried = (field: string): boolean => (fields as readonly string[]).includes(field);
  const credited = book.sources.some(
    (source) => source.provider === provider && source.fields.some(isCarried),
  );
  if (!credited) return book;
  const others = book.sources.map((source) =>
    source.provider === provider
      ? { ...source, fields: source.fields.filter((field) => !isCarried(field)) }
      : source,
  );
  const carried = book.sources
    .filter((source) => source.provider === provider)
    .flatMap((source) => source.fields.filter(isCarried));
  return {
    ...book,
    sources: [...others, { provider, fetchedAt: at, fields: carried }].filter(
      (source) => source.fields.length > 0,
    ),
  };
}
