import type { LibraryBook } from "../schema.ts";
import type { StoreReads, StoreWrites, Table } from "./store.ts";
import type { DetailField, FeedItem, Kind, Kinds, ListedBook } from "./types.ts";

/**
 * Books are stored in this many chunks: reading 20,000 records takes a browser three to five times as long as reading the
 * same books in large records, and writing them thirty times as long.
 */
const CHUNKS = 64;

/** The service's state of one item, as last read. */
export interface BaseRecord<Value> {
  id: string;
  version: number;
  value: Value;
}

export interface OtherRecord extends BaseRecord<unknown> {
  kind: Exclude<Kind, "book">;
  /** The load that the item came from. */
  generation: number;
}

/** By ISBN. A browser reads a Map in less than half the time of an equally large object. */
type Chunk = Map<string, BaseRecord<ListedBook>>;
type Details = Pick<LibraryBook, DetailField>;

/** A page of a load: books, or `undefined` for books that were removed meanwhile. */
type LoadedPage = [id: string, record: BaseRecord<ListedBook> | undefined][];

/** The device's position in the feed. */
export interface FeedState {
  token?: string;
  seq: number;
  /** Incremented by each load; 0 on a device that has never loaded. */
  generation: number;
  /** Number of pages of the running load; absent when none is running. */
  loadedPages?: number;
  lastSyncAt?: number;
}

const FEED = "feed";

export async function feedState(reads: StoreReads): Promise<FeedState> {
  return (await reads.get<FeedState>("meta", FEED)) ?? { seq: 0, generation: 0 };
}

export function putFeedState(writes: StoreWrites, state: FeedState): void {
  writes.put("meta", FEED, state);
}

const nameOf = (number: number): string => String(number).padStart(10, "0");

/** FNV-1a: spreads ISBNs evenly over the chunks. */
function chunkOf(isbn: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < isbn.length; at += 1) {
    hash = Math.imul(hash ^ isbn.charCodeAt(at), 0x01000193);
  }
  return nameOf((hash >>> 0) % CHUNKS);
}

/**
 * Wraps a transaction so that it reads each chunk of books once. For work that does not write
 * books.
 */
export function withChunksReadOnce(writes: StoreWrites): StoreWrites {
  const chunks = new Map<string, Promise<unknown>>();
  return {
    ...writes,
    get<Value>(table: Table, key: string): Promise<Value | undefined> {
      if (table !== "books") return writes.get<Value>(table, key);
      const chunk = chunks.get(key) ?? writes.get<Value>(table, key);
      chunks.set(key, chunk);
      return chunk as Promise<Value | undefined>;
    },
  };
}

/** All books as last read. During a first load, the books that have arrived so far. */
export async function readBooks(reads: StoreReads): Promise<Map<string, BaseRecord<ListedBook>>> {
  const { generation, loadedPages } = await feedState(reads);
  if (loadedPages !== undefined && generation === 1) return foldedPages(reads);
  const chunks = await reads.getAll<Chunk>("books");
  return new Map(chunks.flatMap((chunk) => [...chunk]));
}

export async function readListed(
  reads: StoreReads,
  isbn: string,
): Promise<BaseRecord<ListedBook> | undefined> {
  const { generation, loadedPages } = await feedState(reads);
  if (loadedPages !== undefined && generation === 1) return (await foldedPages(reads)).get(isbn);
  return (await reads.get<Chunk>("books", chunkOf(isbn)))?.get(isbn);
}

export async function readBook(
  reads: StoreReads,
  isbn: string,
): Promise<BaseRecord<LibraryBook> | undefined> {
  const listed = await readListed(reads, isbn);
  if (!listed) return undefined;
  const details = await reads.get<Details>("details", isbn);
  return { ...listed, value: { ...listed.value, sources: [], ...details } };
}

export async function readOthers<K extends Exclude<Kind, "book">>(
  reads: StoreReads,
  kind: K,
): Promise<BaseRecord<Kinds[K]>[]> {
  const records = await reads.getAll<OtherRecord>("records");
  return records.filter((record) => record.kind === kind) as BaseRecord<Kinds[K]>[];
}

/**
 * Applies a page of the feed. During a load, its books are stored separately until the load is
 * complete.
 */
export async function applyItems(writes: StoreWrites, items: readonly FeedItem[]): Promise<void> {
  const state = await feedState(writes);
  const books: LoadedPage = [];
  for (const item of items) {
    if (item.kind === "book") books.push([item.id, putDetails(writes, item)]);
    else putOther(writes, item, state.generation);
  }
  if (state.loadedPages === undefined) return putBooks(writes, books);
  writes.put("loading", nameOf(state.loadedPages), books);
}

/**
 * Stores the service's current state of a book, for example after a conflict. The feed will include
 * it again.
 */
export async function putBook(
  writes: StoreWrites,
  isbn: string,
  version: number,
  value: LibraryBook,
): Promise<void> {
  await putBooks(writes, [[isbn, putDetails(writes, { kind: "book", id: isbn, version, value })]]);
}

/** Replaces everything by the data of a completed load. */
export async function finishLoad(writes: StoreWrites): Promise<void> {
  const { generation } = await feedState(writes);
  const books = await foldedPages(writes);
  const chunks = new Map<string, Chunk>();
  for (const [isbn, record] of books) {
    const name = chunkOf(isbn);
    const chunk: Chunk = chunks.get(name) ?? new Map();
    chunks.set(name, chunk.set(isbn, record));
  }
  writes.clear("books");
  for (const [name, chunk] of chunks) writes.put("books", name, chunk);
  for (const isbn of await writes.keys("details")) {
    if (!books.has(isbn)) writes.delete("details", isbn);
  }
  for (const record of await writes.getAll<OtherRecord>("records")) {
    if (record.generation !== generation) writes.delete("records", `${record.kind}/${record.id}`);
  }
  writes.clear("loading");
}

async function foldedPages(reads: StoreReads): Promise<Map<string, BaseRecord<ListedBook>>> {
  const books = new Map<string, BaseRecord<ListedBook>>();
  for (const [isbn, record] of (await reads.getAll<LoadedPage>("loading")).flat()) {
    if (record) books.set(isbn, record);
    else books.delete(isbn);
  }
  return books;
}

async function putBooks(writes: StoreWrites, books: LoadedPage): Promise<void> {
  const chunks = new Map<string, Chunk>();
  for (const [isbn, record] of books) {
    const name = chunkOf(isbn);
    const chunk: Chunk = chunks.get(name) ?? (await writes.get<Chunk>("books", name)) ?? new Map();
    chunks.set(name, chunk);
    if (record) chunk.set(isbn, record);
    else chunk.delete(isbn);
  }
  for (const [name, chunk] of chunks) writes.put("books", name, chunk);
}

/** Stores the long texts of a book. @returns the rest of the book; undefined if it was removed */
function putDetails(
  writes: StoreWrites,
  { id, version, value }: Extract<FeedItem, { kind: "book" }>,
): BaseRecord<ListedBook> | undefined {
  if (!value) {
    writes.delete("details", id);
    return undefined;
  }
  const { description, sources, extra, imageLinks, identifiers, authorsDetailed, ...listed } =
    value;
  const details = { description, sources, extra, imageLinks, identifiers, authorsDetailed };
  const known = Object.entries(details).filter(([, member]) => member !== undefined);
  writes.put("details", id, Object.fromEntries(known));
  return { id, version, value: listed };
}

function putOther(
  writes: StoreWrites,
  { kind, id, version, value }: Exclude<FeedItem, { kind: "book" }>,
  generation: number,
): void {
  const key = `${kind}/${id}`;
  if (value === undefined) writes.delete("records", key);
  else writes.put("records", key, { kind, id, version, value, generation } satisfies OtherRecord);
}
