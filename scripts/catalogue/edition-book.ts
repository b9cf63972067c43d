import type { LoadedBook } from "../../contract/local-catalogue.ts";
import { isbn13sIn } from "../../src/catalogue/domain/isbn/values.ts";
import { asList, asObject, type JsonObject } from "../../src/catalogue/domain/text/json-values.ts";
import { toPublished } from "../../src/catalogue/domain/text/published-date.ts";
import { entryToBook } from "../../src/catalogue/providers/open-library-book.ts";
import type { DumpLine } from "./dump-lines.ts";
import type { SideRecords } from "./side-records.ts";

/**
 * The book of an edition's record, parsed like a live response. The names of authors, and what the
 * edition lacks, come from the works and authors. Undefined without an ISBN or a title, or if its
 * language is not in `languages`.
 * @param languages ISO 639-1 codes; default: every language
 */
export function editionBook(
  { changedAt, json }: DumpLine,
  side: SideRecords,
  languages: ReadonlySet<string> | undefined,
): LoadedBook | undefined {
  const record = parsed(json);
  const [isbn13] = isbn13sIn([record["isbn_13"], record["isbn_10"]].flatMap(asList));
  if (isbn13 === undefined) return undefined;
  const workKey = keyOf(asList(record["works"])[0]);
  const work = workKey === undefined ? undefined : side.work(workKey);
  const own = asList(record["authors"]);
  const theirs = asList(work?.authors).map((role) => asObject(role)?.["author"] ?? role);
  const entry = {
    ...record,
    authors: (own.length > 0 ? own : theirs).flatMap((author) => {
      const key = keyOf(author);
      const name = key === undefined ? undefined : side.authorName(key);
      return name === undefined ? [] : [{ name, key }];
    }),
    description: record["description"] ?? work?.description,
    subjects: record["subjects"] ?? work?.subjects,
  };
  const book = entryToBook(isbn13, entry);
  if (book === undefined) return undefined;
  if (languages && !languages.has(book.language ?? "")) return undefined;
  const { popularity: _none, ...fields } = book;
  const { publicationYear } = toPublished(work?.first_publish_date);
  return {
    ...fields,
    ...(publicationYear === undefined ? {} : { firstPublicationYear: publicationYear }),
    at: instantOf(changedAt),
  };
}

function keyOf(value: unknown): string | undefined {
  const key = asObject(value)?.["key"] ?? value;
  return typeof key === "string" ? key : undefined;
}

/** Dumps have instants without a time zone, in UTC. */
function instantOf(text: string): string {
  const at = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  return new Date(Number.isNaN(at) ? 0 : at).toISOString();
}

function parsed(json: string): JsonObject {
  try {
    return asObject(JSON.parse(json)) ?? {};
  } catch {
    return {};
  }
}
