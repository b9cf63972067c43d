import type { Page } from "playwright-core";
import type { LibraryBook } from "../../../client/src/schema.ts";
import {
  createSyncEngine,
  memoryStore,
  TABLES,
  type SyncApi,
} from "../../../client/src/sync/index.ts";
import { drawnCover } from "../../../src/catalogue/domain/covers/drawn-cover.ts";
import { generatedBooks } from "../../tools/stand-in/generated-books.ts";
import { seededRandom } from "../../tools/stand-in/random.ts";

const ACCOUNT = { userId: "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d", token: "bt_of_the_test" };

type Own = Partial<LibraryBook> & Pick<LibraryBook, "isbn" | "title">;

export const listedBook = (own: Own): LibraryBook => ({
  authors: [],
  categories: [],
  tags: [],
  readings: [],
  sources: [],
  provider: "merged",
  confirmed: true,
  addedAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  ...own,
});

const STATUSES = ["completed", "completed", "want_to_read", "reading", "paused", "none"] as const;

/** Books of a large shelf; deterministic. */
export function largeShelf(count: number): LibraryBook[] {
  const random = seededRandom(11);
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(random() * values.length)] ?? values[0];
  return generatedBooks(count).map(({ isbn13, title, authors, publisher, pages }, index) => {
    const status = pick(STATUSES);
    const day = new Date(Date.UTC(2010, 0, 1 + (index % 5800))).toISOString();
    return listedBook({
      isbn: isbn13,
      title: `${title} ${index + 1}`,
      authors: [...authors],
      publisher,
      pageCount: pages,
      publicationYear: 1900 + Math.floor(random() * 126),
      language: pick(["en", "en", "de", "fr"]),
      tags: random() < 0.4 ? [`tag ${Math.floor(random() * 60)}`] : [],
      addedAt: day,
      ...(status === "none" ? {} : { status }),
      ...(random() < 0.6 ? { rating: Math.ceil(random() * 20) / 4 } : {}),
      readings: status === "completed" ? [{ id: `r${index}`, finishedAt: day.slice(0, 10) }] : [],
    });
  });
}

/**
 * Stores a shelf on the device of a page, as the sync engine does, and opens it. Requests for
 * changes are blocked.
 */
export async function openWithShelf(
  page: Page,
  path: string,
  books: readonly LibraryBook[],
): Promise<void> {
  const byIsbn = new Map(books.map((book) => [book.isbn, book]));
  await page.context().route(/\/v1\/library\/|\/api\/v2\//, (route) => route.abort());
  await page.context().route(/\/v1\/covers\//, (route) => {
    const book = byIsbn.get(/covers\/([^?]+)/.exec(route.request().url())?.[1] ?? "");
    if (!book) return route.abort();
    return route.fulfill({ contentType: "image/svg+xml", body: drawnCover(book, 320) });
  });
  await page.goto("/more");
  // Same as `databaseName` of the engine, which cannot be imported without a browser.
  const name = `bookstrack:${new URL(page.url()).origin}:${ACCOUNT.userId}`;
  await page.evaluate(STORE_SHELF, { name, tables: await storedTables(books), account: ACCOUNT });
  await page.goto(path);
}

/** A value to pass to the page, because Playwright does not support a Map. */
type Sent = { chunk: [unknown, unknown][] } | { value: unknown };

/** A table with its values by key. */
type SentTable = readonly [table: string, entries: [key: string, value: Sent][]];

/** Everything that the engine stores of these books, by table. */
async function storedTables(books: readonly LibraryBook[]): Promise<SentTable[]> {
  const store = memoryStore();
  const api: SyncApi = {
    changes: () =>
      Promise.resolve({
        items: books.map((value) => ({ kind: "book", id: value.isbn, version: 1, value })),
        next: "1",
        more: false,
        seq: 1,
      }),
    send: () => Promise.reject(new Error("The service is not called here.")),
    async *listen() {
      yield* [];
    },
  };
  await createSyncEngine({ api, store }).pull();
  return store.read((reads) =>
    Promise.all(
      TABLES.map(async (table) => {
        const values = await reads.getAll<unknown>(table);
        const keys = await reads.keys(table);
        return [table, keys.map((key, index) => [key, sent(values[index])])] as const;
      }),
    ),
  );
}

/** Globals of the page that the types of these tests lack. */
interface Factory {
  open(
    name: string,
    version: number,
  ): EventTarget & {
    result: {
      createObjectStore(name: string): void;
      transaction(
        names: string[],
        mode: "readwrite",
      ): EventTarget & { objectStore(name: string): { put(value: unknown, key: string): void } };
      close(): void;
    };
  };
}

interface Stored {
  name: string;
  tables: SentTable[];
  account: typeof ACCOUNT;
}

const sent = (value: unknown): Sent => (value instanceof Map ? { chunk: [...value] } : { value });

/** Runs in the page. */
const STORE_SHELF = async ({ name, tables, account }: Stored): Promise<void> => {
  localStorage.setItem("bookstrack.account", JSON.stringify(account));
  const ended = (target: EventTarget, event: string): Promise<unknown> =>
    new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));
  const { indexedDB } = globalThis as unknown as { indexedDB: Factory };
  // Same as `SCHEMA_VERSION` of the engine.
  const opening = indexedDB.open(name, 2);
  opening.addEventListener("upgradeneeded", () => {
    for (const [table] of tables) opening.result.createObjectStore(table);
  });
  await ended(opening, "success");
  const names = tables.map(([table]) => table);
  const transaction = opening.result.transaction(names, "readwrite");
  for (const [table, entries] of tables) {
    const store = transaction.objectStore(table);
    for (const [key, kept] of entries) {
      store.put("chunk" in kept ? new Map(kept.chunk) : kept.value, key);
    }
  }
  await ended(transaction, "complete");
  opening.result.close();
};
