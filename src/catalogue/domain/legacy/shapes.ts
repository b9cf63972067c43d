import type { Book } from "../../../../contract/catalogue.ts";
import { isbn13sOfVolume, volumeFields } from "./google-volume.ts";
import { asList, asObject, type JsonObject } from "../text/json-values.ts";
import {
  filled,
  isbn13sOfLegacy,
  type LegacyFields,
  namesBook,
  readLegacyFields,
} from "./fields.ts";
import { dateOfLegacy, providerOfLegacy } from "./provenance.ts";
import { toLine } from "../merge/normalise.ts";

/** The shape of a book in an old value, without its wrappers. */
export type LegacyShape = "flat" | "works-editions-authors" | "google-volume" | "google-items";

/** A wrapper around it: `{success, data}` or `{book}`, `{data, cachedAt, ttl}`, a list. */
export type LegacyWrapping = "envelope" | "cached" | "list";

/** A book that an old value may be about. */
export interface LegacyCandidate {
  /** The ISBN-13s that it declares; empty if it declares none. */
  readonly isbn13s: readonly string[];
  readonly fields: LegacyFields;
  readonly provider?: Book["provider"] | undefined;
}

/** The contents of an old value. `wrappings` are ordered from the outside in. */
export type LegacyContent =
  | { kind: "empty" }
  | { kind: "unknown" }
  | {
      kind: "books";
      shape: LegacyShape;
      wrappings: readonly LegacyWrapping[];
      candidates: readonly LegacyCandidate[];
      date?: number | undefined;
    };

/** `{data, cachedAt, ttl}` around `{success, data}` around `{book}` are three; four have not been seen. */
const MAX_WRAPPINGS = 5;

function ofFlat(value: JsonObject): LegacyCandidate {
  return {
    isbn13s: isbn13sOfLegacy(value),
    fields: readLegacyFields(value),
    provider: providerOfLegacy(value),
  };
}

function ofVolume(volume: unknown): LegacyCandidate {
  return {
    isbn13s: isbn13sOfVolume(volume),
    fields: volumeFields(volume) ?? {},
    provider: providerOfLegacy(asObject(volume) ?? {}),
  };
}

function objectsIn(value: unknown): JsonObject[] {
  return asList(value)
    .map(asObject)
    .filter((entry) => entry !== undefined);
}

/**
 * The work of an edition: the only work, the one at the same index of an equally long list, or the one with its title.
 */
function workOf(edition: JsonObject, works: readonly JsonObject[], place?: number) {
  if (works.length === 1) return works[0];
  if (place !== undefined) return works[place];
  const title = toLine(edition["title"]);
  return works.find((work) => toLine(work["title"]) === title);
}

function ofWorks(value: JsonObject): LegacyCandidate[] {
  const works = objectsIn(value["works"]);
  const listed = objectsIn(value["editions"]);
  const editions = [
    ...listed.map((edition, index) => ({
      edition,
      work: workOf(edition, works, listed.length === works.length ? index : undefined),
    })),
    ...works.flatMap((work) => objectsIn(work["editions"]).map((edition) => ({ edition, work }))),
  ];
  const authors = readLegacyFields({ authors: value["authors"] });
  if (editions.length === 0) {
    return works.map(ofFlat).map((work) => ({ ...work, fields: filled(work.fields, authors) }));
  }
  return editions.map(({ edition, work = {} }) => ({
    isbn13s: isbn13sOfLegacy(edition),
    fields: [work, { authors: value["authors"] }]
      .map(readLegacyFields)
      .reduce(filled, readLegacyFields(edition)),
    provider: providerOfLegacy(edition) ?? providerOfLegacy(work),
  }));
}

/**
 * Whether a flat object has any of a book's fields. If so, it is a book without a title; otherwise
 * it is not a book.
 */
function isBookLike(value: JsonObject): boolean {
  return (
    isbn13sOfLegacy(value).length > 0 ||
    namesBook(value) ||
    Object.keys(readLegacyFields(value)).length > 0
  );
}

type Books = Pick<Extract<LegacyContent, { kind: "books" }>, "shape" | "candidates">;

function booksIn(value: JsonObject): Books | undefined {
  if (asObject(value["volumeInfo"]) !== undefined) {
    return { shape: "google-volume", candidates: [ofVolume(value)] };
  }
  if (toLine(value["title"]) !== undefined) return { shape: "flat", candidates: [ofFlat(value)] };
  if (Array.isArray(value["items"])) {
    return { shape: "google-items", candidates: value["items"].map(ofVolume) };
  }
  if (Array.isArray(value["works"]) || Array.isArray(value["editions"])) {
    return { shape: "works-editions-authors", candidates: ofWorks(value) };
  }
  return undefined;
}

/** Whether the object reports an empty result: no members, no hits, a failure. */
function saysNothing(value: JsonObject): boolean {
  return (
    Object.keys(value).length === 0 ||
    value["totalItems"] === 0 ||
    value["success"] === false ||
    toLine(value["error"]) !== undefined ||
    asObject(value["error"]) !== undefined
  );
}

/** The candidates; one without a provider inherits it from the surrounding object. */
function within(around: JsonObject, candidates: readonly LegacyCandidate[]): LegacyCandidate[] {
  const provider = providerOfLegacy(around);
  return candidates.map((candidate) => ({
    ...candidate,
    provider: candidate.provider ?? provider,
  }));
}

function wrapped(
  content: LegacyContent,
  wrapping: LegacyWrapping,
  around: JsonObject = {},
): LegacyContent {
  if (content.kind !== "books") return content;
  return {
    ...content,
    wrappings: [wrapping, ...content.wrappings],
    candidates: within(around, content.candidates),
    date: dateOfLegacy(around) ?? content.date,
  };
}

function readList(list: readonly unknown[], depth: number): LegacyContent {
  const contents = list.map((entry) => readLegacy(entry, depth + 1));
  const [first, ...others] = contents.filter((content) => content.kind === "books");
  if (first === undefined) {
    return contents.every(({ kind }) => kind === "empty") ? { kind: "empty" } : { kind: "unknown" };
  }
  const candidates = [first, ...others].flatMap((content) => content.candidates);
  return wrapped({ ...first, candidates }, "list");
}

/** Unwraps an old value and finds the books in it. Never throws. */
export function readLegacy(value: unknown, depth = 0): LegacyContent {
  if (value === null || value === undefined || value === "") return { kind: "empty" };
  if (depth > MAX_WRAPPINGS) return { kind: "unknown" };
  if (Array.isArray(value)) return readList(value, depth);
  const object = asObject(value);
  if (object === undefined) return { kind: "unknown" };
  const books = booksIn(object);
  if (books !== undefined) {
    if (books.candidates.length === 0) return { kind: "empty" };
    const candidates = within(object, books.candidates);
    return {
      kind: "books",
      shape: books.shape,
      candidates,
      wrappings: [],
      date: dateOfLegacy(object),
    };
  }
  const inner = ["data", "book"].find((name) => Object.hasOwn(object, name));
  if (inner !== undefined) {
    const isCached = Object.hasOwn(object, "cachedAt") || Object.hasOwn(object, "ttl");
    const content = readLegacy(object[inner], depth + 1);
    return wrapped(content, isCached ? "cached" : "envelope", object);
  }
  if (saysNothing(object)) return { kind: "empty" };
  if (!isBookLike(object)) return { kind: "unknown" };
  return { kind: "books", shape: "flat", wrappings: [], candidates: [ofFlat(object)] };
}
