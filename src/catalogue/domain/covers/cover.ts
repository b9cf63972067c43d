import { DAY_MS, isRecent } from "../../../platform/time.ts";
import type { Book } from "../../../../contract/catalogue.ts";
import type { Caller } from "../../../platform/identity.ts";
import type { StoreReading } from "../book-record.ts";
import type { CoverSource, CoverWidth } from "./source.ts";
import type { CoverImage, ImageType } from "./image.ts";

/**
 * The stored state of one size. `hash` identifies the bytes; if absent, the provider has no such
 * image.
 */
export interface StoredCover {
  readonly hash?: string | undefined;
  readonly type?: ImageType | undefined;
  readonly fetchedAt: number;
}

/** One size of a book's cover. */
export interface CoverKey {
  readonly isbn: string;
  readonly width: CoverWidth;
}

export type CoverOutcome =
  | { kind: "image"; hash: string; image: CoverImage }
  /** The caller already has these bytes. */
  | { kind: "unchanged"; hash: string }
  /** No provider has a cover of the book. */
  | { kind: "none"; book: Book }
  /** The providers are unavailable. */
  | { kind: "unavailable"; book: Book }
  | { kind: "unknown_book" }
  | { kind: "limited"; retryAfterSeconds: number }
  | { kind: "database_unavailable" };

/** A provider's answer to a request for an image. */
export type FetchedImage =
  | { kind: "found"; bytes: Uint8Array }
  | { kind: "absent" }
  | { kind: "failed" };

export interface CoverDeps {
  readonly store: {
    find(key: CoverKey): Promise<StoredCover | undefined>;
    /** The bytes; undefined if they no longer exist. */
    read(key: CoverKey, cover: StoredCover): Promise<CoverImage | undefined>;
    /** Stores an image, unless covers have reached their total size limit. */
    save(key: CoverKey, cover: { hash: string; image: CoverImage } | undefined): Promise<void>;
  };
  findBook(isbn13: string): Promise<StoreReading>;
  sources(book: Book, width: CoverWidth): readonly CoverSource[];
  /** Fetches an image through the provider's desk. */
  fetchImage(source: CoverSource, caller: Caller): Promise<FetchedImage>;
  /** The image in some bytes; undefined for another format, a blank image or a known placeholder. */
  readImage(bytes: Uint8Array): Promise<CoverImage | undefined>;
  hash(bytes: Uint8Array): Promise<string>;
  admitMiss(caller: Caller): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  defer(work: Promise<unknown>): void;
  now(): number;
}

/** An absent cover is requested again after this time. */
const ABSENCE_MS = 30 * DAY_MS;

/**
 * A book's cover in the provider's nearest size: the stored one, or one that is fetched and stored
 * now, once for all callers. Only books of the catalogue have covers.
 * @param input.has the hash that the caller has
 */
export async function coverOf(
  input: { key: CoverKey; caller: Caller; has(hash: string): boolean },
  deps: CoverDeps,
): Promise<CoverOutcome> {
  const { key, caller } = input;
  const stored = await deps.store.find(key);
  if (stored?.hash !== undefined) {
    const { hash } = stored;
    if (input.has(hash)) return { kind: "unchanged", hash };
    const image = await deps.store.read(key, stored);
    if (image) return { kind: "image", hash, image };
  }
  const reading = await deps.findBook(key.isbn);
  if (reading.kind === "failed") return { kind: "database_unavailable" };
  if (reading.kind === "miss") return { kind: "unknown_book" };
  const { book } = reading.stored;
  const isAbsent = stored !== undefined && stored.hash === undefined;
  if (isAbsent && isRecent(stored.fetchedAt, ABSENCE_MS, deps.now())) return { kind: "none", book };
  const sources = deps.sources(book, key.width);
  if (sources.length === 0) return { kind: "none", book };
  const admitted = await deps.admitMiss(caller);
  if (!admitted.ok) return { kind: "limited", retryAfterSeconds: admitted.retryAfterSeconds };
  return fetchCover({ key, caller, book, sources }, deps);
}

async function fetchCover(
  {
    key,
    caller,
    book,
    sources,
  }: { key: CoverKey; caller: Caller; book: Book; sources: readonly CoverSource[] },
  deps: CoverDeps,
): Promise<CoverOutcome> {
  let failed = false;
  for (const source of sources) {
    const fetched = await deps.fetchImage(source, caller);
    const image = fetched.kind === "found" ? await deps.readImage(fetched.bytes) : undefined;
    if (image) {
      const hash = await deps.hash(image.bytes);
      deps.defer(deps.store.save(key, { hash, image }));
      return { kind: "image", hash, image };
    }
    failed ||= fetched.kind === "failed";
  }
  // An outage proves nothing.
  if (failed) return { kind: "unavailable", book };
  deps.defer(deps.store.save(key, undefined));
  return { kind: "none", book };
}
