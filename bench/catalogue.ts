import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { prepareState } from "../scripts/local/prepare.ts";
import type { Book } from "../contract/catalogue.ts";
import { FIRST_VERSIONS } from "../src/catalogue/storage/book-row.ts";
import { searchTextsOf, writeSearchTexts } from "../src/catalogue/storage/search-texts.ts";
import { D1_FILES, withLocalD1 } from "../test/tools/local-d1.ts";

const BOOKS_A_STATEMENT = 5000;
/** 180 days, as for a book that was just fetched from a provider. */
const FRESH_FOR_MS = 180 * 86_400_000;

const INSERT = `
  INSERT INTO Books (
    isbn, title, authors, publication_year, publisher, page_count, language, categories, description, cover_url,
    canonical_metadata, fetched_at, fresh_until, version, searched_version, folded
  )
  SELECT
    value ->> 'isbn', value ->> 'title', value -> 'authors', value ->> 'publicationYear', value ->> 'publisher',
    value ->> 'pageCount', value ->> 'language', value -> 'categories', value ->> 'description',
    value ->> 'coverUrl', value, ?2, ?3, ${FIRST_VERSIONS}
  FROM json_each(?1)`;
const INSERT_TEXTS = writeSearchTexts("true");

/** A migrated local D1 database filled with books. It is copied into the state directory of the service under test. */
export interface Catalogue {
  /** Time to fill the database, including indexes and search texts. */
  readonly seededInMs: number;
  copyTo(stateDir: string): void;
  /** Opens the database file for queries that are not measured. */
  read<Result>(use: (database: DatabaseSync) => Result): Result;
  remove(): void;
}

/** Creates a new database, migrates it and bulk-inserts the books. */
export async function seededCatalogue(books: readonly Book[]): Promise<Catalogue> {
  const folder = mkdtempSync(join(tmpdir(), "bookstrack-bench-catalogue-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { runtime } = await prepareState({ stateDir: folder, env: {} });
    await runtime.stop();
    const startedAt = performance.now();
    withLocalD1(folder, (database) => fill(database, books));
    return {
      seededInMs: performance.now() - startedAt,
      copyTo: (stateDir) =>
        cpSync(join(folder, D1_FILES), join(stateDir, D1_FILES), { recursive: true }),
      read: (use) => withLocalD1(folder, use),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function fill(database: DatabaseSync, books: readonly Book[]): void {
  const insert = database.prepare(INSERT);
  const insertTexts = database.prepare(INSERT_TEXTS);
  const now = Date.now();
  // FTS5 flushes a segment whenever a rowid is smaller than the previous one. Inserting in the order of ISBNs avoids that.
  const sorted = books.toSorted((a, b) => (a.isbn < b.isbn ? -1 : 1));
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN");
  for (let first = 0; first < books.length; first += BOOKS_A_STATEMENT) {
    const some = sorted.slice(first, first + BOOKS_A_STATEMENT);
    insert.run(JSON.stringify(some), now, now + FRESH_FOR_MS);
    insertTexts.run(JSON.stringify(searchTextsOf(some)));
  }
  database.exec("COMMIT; PRAGMA optimize");
}
