/**
 * The migration loop of the original plan, as a baseline: one get, one upsert and one verifying select per key. The upsert
 * also writes the search text, in the same call, so that both ways end with the same catalogue.
 */
import { searchTextsOf, writeSearchTexts } from "../../src/catalogue/storage/search-texts.ts";
import type { FlatBook } from "../flat-book.ts";

const UPSERT = `
  INSERT INTO Books (
    isbn, title, authors, publication_year, publisher, page_count, language, categories, description, cover_url,
    thumbnail_url, canonical_metadata, created_at, updated_at, version, searched_version
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch(), unixepoch(), 1, 1)
  ON CONFLICT(isbn) DO UPDATE SET
    title = excluded.title, authors = excluded.authors, publication_year = excluded.publication_year,
    publisher = excluded.publisher, page_count = excluded.page_count, language = excluded.language,
    categories = excluded.categories, description = excluded.description, cover_url = excluded.cover_url,
    thumbnail_url = excluded.thumbnail_url, canonical_metadata = excluded.canonical_metadata,
    updated_at = unixepoch()`;

const UPSERT_TEXT = writeSearchTexts("true");

const PAGE_KEYS = 100;

/** Migrates every key, in pages of 100 keys in parallel. @returns the number of migrated keys */
export async function planLoop({
  DB,
  BOOK_CACHE,
}: Pick<Env, "DB" | "BOOK_CACHE">): Promise<number> {
  let cursor: string | null = null;
  let moved = 0;
  do {
    const page: KVNamespaceListResult<unknown> = await BOOK_CACHE.list({
      prefix: "book:isbn:",
      limit: PAGE_KEYS,
      cursor,
    });
    const done = await Promise.all(page.keys.map(({ name }) => moveKey(name, DB, BOOK_CACHE)));
    moved += done.filter(Boolean).length;
    cursor = page.list_complete ? null : page.cursor;
    await BOOK_CACHE.put("migration:checkpoint", JSON.stringify({ cursor, moved }));
  } while (cursor !== null);
  return moved;
}

async function moveKey(key: string, db: D1Database, kv: KVNamespace): Promise<boolean> {
  const isbn = key.slice("book:isbn:".length);
  const book = await kv.get<FlatBook>(key, "json");
  if (book === null) return false;
  const upsert = db
    .prepare(UPSERT)
    .bind(
      isbn,
      book.title,
      JSON.stringify(book.authors),
      Number.parseInt(book.publishedDate.slice(0, 4), 10),
      book.publisher,
      book.pageCount,
      book.language,
      JSON.stringify(book.categories),
      book.description,
      book.imageLinks.large,
      book.imageLinks.thumbnail,
      JSON.stringify(book),
    );
  const text = JSON.stringify(searchTextsOf([{ ...book, isbn }]));
  await db.batch([upsert, db.prepare(UPSERT_TEXT).bind(text)]);
  const row = await db.prepare("SELECT isbn FROM Books WHERE isbn = ?").bind(isbn).first();
  return row !== null;
}
