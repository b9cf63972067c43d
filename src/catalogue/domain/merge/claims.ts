import type { Book, BookSource } from "../../../../contract/catalogue.ts";
import { exactness, faultsOf } from "./faults.ts";
import { BOOK_FIELDS, type BookField, isBlank } from "./book-fields.ts";

/** The provenance of one field: its provider, and the date of the value (ms since 1970). */
export interface Claim {
  readonly provider: string;
  readonly at: number;
}

/** Compares two claims: below zero the first wins, above zero the second, zero is no preference. */
export type Prefer = (field: BookField, first: Claim, second: Claim) => number;

export type Side = "first" | "second";

/** A field that is a map of named texts; each name is decided separately. */
type NamedField = "imageLinks" | "identifiers";

function sourcesOf(book: Book, field: BookField): BookSource[] {
  return book.sources.filter((source) => source.fields.includes(field));
}

function toClaim({ provider, fetchedAt }: BookSource): Claim {
  return { provider, at: Date.parse(fetchedAt) };
}

/**
 * The source of a field; the preferred one if values of several sources were merged name by name.
 */
function claimOf(book: Book, field: BookField, prefer: Prefer): Claim {
  const claims = sourcesOf(book, field).map(toClaim);
  const itsOwn = { provider: book.provider, at: Date.parse(book.updatedAt) };
  return (
    claims.reduce<Claim | undefined>(
      (a, b) => (a && prefer(field, a, b) <= 0 ? a : b),
      undefined,
    ) ?? itsOwn
  );
}

/** A total order of two values, so that the result for equal dates does not depend on the order of writes. */
function byText(first: unknown, second: unknown): number {
  const [a, b] = [JSON.stringify(first), JSON.stringify(second)];
  return a === b ? 0 : a < b ? -1 : 1;
}

function entries(named: Readonly<Record<string, string | undefined>> = {}): [string, string][] {
  return Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** Decides between two books of one ISBN field by field, and records the source of each decision. */
export class Decision {
  readonly #first: Book;
  readonly #second: Book;
  readonly #prefer: Prefer;
  readonly #credits = new Map<BookField, ReadonlySet<Side>>();

  constructor(first: Book, second: Book, prefer: Prefer) {
    this.#first = first;
    this.#second = second;
    this.#prefer = prefer;
  }

  /**
   * The winning side; undefined if both are blank. The side with fewer faults wins, then the more
   * exact one, then the preferred one.
   */
  choose(field: BookField): Side | undefined {
    const [first, second] = [this.#first, this.#second];
    if (isBlank(second, field)) return isBlank(first, field) ? undefined : "first";
    if (isBlank(first, field)) return "second";
    const order =
      faultsOf(first, field) - faultsOf(second, field) ||
      exactness(field, first, second) ||
      this.#preferred(field) ||
      byText(first[field], second[field]);
    return order > 0 ? "second" : "first";
  }

  /** Credits a field to the sides that contributed to a value that the caller has combined. */
  credit(field: BookField, sides: readonly Side[]): void {
    if (sides.length > 0) this.#credits.set(field, new Set(sides));
    else this.#credits.delete(field);
  }

  /** Returns the winning side's value and credits the field to that side. */
  pick<F extends BookField>(field: F, side = this.choose(field)): Book[F] | undefined {
    if (side === undefined) return undefined;
    const book = side === "first" ? this.#first : this.#second;
    if (isBlank(book, field)) return undefined;
    this.#credits.set(field, new Set([side]));
    return book[field];
  }

  /**
   * Merges the named values of both sides. For a name that both have, the winning value is used.
   */
  unite(field: NamedField): Record<string, string> | undefined {
    const first = new Map(entries(this.#first[field]));
    const second = new Map(entries(this.#second[field]));
    const preferred = this.#preferred(field);
    const sides = new Set<Side>();
    const united = [...new Set([...first.keys(), ...second.keys()])].sort().map((name) => {
      const [ours, theirs] = [first.get(name), second.get(name)];
      const takesSecond =
        ours === undefined || (theirs !== undefined && (preferred || byText(ours, theirs)) > 0);
      sides.add(takesSecond ? "second" : "first");
      return [name, takesSecond ? theirs : ours];
    });
    if (united.length === 0) return undefined;
    this.#credits.set(field, sides);
    return Object.fromEntries(united) as Record<string, string>;
  }

  /** The provider of the result. */
  provider(): Book["provider"] {
    const sides = new Set([...this.#credits.values()].flatMap((credited) => [...credited]));
    const [first, second] = [this.#first.provider, this.#second.provider];
    if (!sides.has("second") || first === second) return first;
    return sides.has("first") ? "merged" : second;
  }

  /** The sources that contributed, newest first, each with its fields. */
  sources(): BookSource[] {
    const found = new Map<string, { source: BookSource; fields: Set<string> }>();
    for (const [field, sides] of this.#credits) {
      const books = [...sides].map((side) => (side === "first" ? this.#first : this.#second));
      for (const source of books.flatMap((book) => sourcesOf(book, field))) {
        const key = `${source.provider} ${source.fetchedAt}`;
        const entry = found.get(key) ?? { source, fields: new Set() };
        found.set(key, { source, fields: entry.fields.add(field) });
      }
    }
    return [...found.values()]
      .map(({ source: { provider, fetchedAt }, fields }) => ({
        provider,
        fetchedAt,
        fields: BOOK_FIELDS.filter((field) => fields.has(field)),
      }))
      .sort((a, b) => toClaim(b).at - toClaim(a).at || byText(a.provider, b.provider));
  }

  #preferred(field: BookField): number {
    const [first, second] = [this.#first, this.#second].map((book) =>
      claimOf(book, field, this.#prefer),
    ) as [Claim, Claim];
    return this.#prefer(field, first, second);
  }
}
