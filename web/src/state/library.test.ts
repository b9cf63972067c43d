import { describe, expect, it } from "vitest";
import type { Library, LibraryBook } from "../../../client/src/index.ts";
import { createShelf } from "./library.ts";

const book = (isbn: string, more: Partial<LibraryBook> = {}): LibraryBook => ({
  isbn,
  title: `Book ${isbn}`,
  authors: [],
  categories: [],
  tags: [],
  readings: [],
  sources: [],
  provider: "merged",
  confirmed: true,
  addedAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  ...more,
});

/** A shelf over a library in memory. */
function world({ hasAccount = true, fails }: { hasAccount?: boolean; fails?: Error } = {}) {
  const stored = new Map([["1", book("1")]]);
  const service = {
    async *books() {
      if (fails) throw fails;
      yield* stored.values();
    },
    async add({ isbn = "" }: { isbn?: string }) {
      if (fails) throw fails;
      stored.set(isbn, book(isbn));
      return { added: true, book: book(isbn) };
    },
    change: async (isbn: string, change: object) => book(isbn, change),
    remove: async (isbn: string) => void stored.delete(isbn),
  };
  const shelf = createShelf({
    hasAccount: () => hasAccount,
    withLibrary: (send) => send(service as unknown as Library),
  });
  return { shelf, isbns: () => shelf.books.value.map(({ isbn }) => isbn) };
}

describe("the shelf", () => {
  it("is empty without an account, and asks the service for nothing", async () => {
    const { shelf } = world({ hasAccount: false });
    await shelf.refresh();
    expect([shelf.phase.value, shelf.books.value]).toEqual(["empty", []]);
  });

  it("loads the books of the account", async () => {
    const { shelf, isbns } = world();
    expect(shelf.phase.value).toBe("loading");
    await Promise.all([shelf.refresh(), shelf.refresh()]);
    expect([shelf.phase.value, isbns()]).toEqual(["ready", ["1"]]);
    expect(shelf.byIsbn("1")?.title).toBe("Book 1");
  });

  it("shows what was added, changed and removed", async () => {
    const { shelf, isbns } = world();
    await shelf.refresh();
    await shelf.edit({ op: "add", isbn: "2" });
    expect(isbns()).toEqual(["1", "2"]);
    await shelf.edit({ op: "change", isbn: "2", set: { rating: 4.25 } });
    expect(shelf.byIsbn("2")?.rating).toBe(4.25);
    await shelf.edit({ op: "delete", isbn: "1" });
    expect([isbns(), shelf.waiting.value]).toEqual([["2"], 0]);
  });

  it("says that it failed, and what", async () => {
    const fails = new Error("no connection");
    const { shelf } = world({ fails });
    await shelf.refresh();
    expect([shelf.phase.value, shelf.error.value]).toEqual(["failed", fails]);
    await expect(shelf.edit({ op: "add", isbn: "2" })).rejects.toBe(fails);
    expect(shelf.waiting.value).toBe(0);
  });
});
