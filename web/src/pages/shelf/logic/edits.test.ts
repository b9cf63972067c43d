import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createSyncEngine,
  memoryStore,
  type SyncApi,
} from "../../../../../client/src/sync/index.ts";
import { inverseOf } from "../../../state/edits.ts";
import type { ListedBook } from "../../../state/library.ts";
import { addedAgain, bulkEdits, type BulkChange } from "./edits.ts";
import { anyShelf, anyStatus, bookWith, CONTEXT } from "./made-up-shelf.ts";

const api: SyncApi = {
  changes: () => Promise.reject(new Error("offline")),
  send: () => Promise.reject(new Error("offline")),
  async *listen() {
    yield* [];
    throw new Error("offline");
  },
};

/** A device with these books. */
async function deviceWith(books: readonly ListedBook[]) {
  const engine = createSyncEngine({ api, store: memoryStore() });
  for (const book of books) await engine.editAll(addedAgain(book));
  return engine;
}

/** The fields of a copy; null clears a field. */
const copyOf = ({ format, owned, location }: BulkChange["copy"] = {}) => ({
  format: format ?? null,
  owned: owned ?? null,
  location: location ?? null,
});

const ownOf = ({ status, rating, tags, readings, ...copy }: ListedBook) => ({
  status,
  rating,
  ...copyOf(copy),
  tags: tags.toSorted(),
  readings: readings.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
});

describe("a bulk edit", () => {
  const anyChange = fc.record({
    status: fc.option(anyStatus, { nil: undefined }),
    addTags: fc.uniqueArray(fc.constantFrom("a", "x")),
    removeTags: fc.uniqueArray(fc.constantFrom<string>("b", "c")),
    copy: fc.record(
      {
        format: fc.constantFrom("ebook", "paperback", null),
        owned: fc.constantFrom(true, false, null),
        location: fc.constantFrom("attic", "box 3"),
      },
      { requiredKeys: [] },
    ),
  });

  it("makes its changes, omits books that it would not change, and is undone as a whole", async () => {
    await fc.assert(
      fc.asyncProperty(anyShelf, anyChange, async (made, change) => {
        const engine = await deviceWith(made);
        const before = new Map((await engine.books()).map((book) => [book.isbn, book]));
        const edits = bulkEdits([...before.values()], change, {
          ...CONTEXT,
          newId: () => crypto.randomUUID(),
        });
        await engine.editAll(edits);
        for (const book of await engine.books()) {
          const was = before.get(book.isbn)?.status ?? "none";
          expect(book.status ?? "none").toBe(change.status ?? was);
          const copy = { ...copyOf(before.get(book.isbn)), ...change.copy };
          expect(copyOf(book)).toEqual(copyOf(copy));
          expect(book.tags).toEqual(expect.arrayContaining(change.addTags));
          expect(book.tags.some((tag) => change.removeTags.includes(tag))).toBe(false);
        }
        expect(bulkEdits(await engine.books(), change, CONTEXT)).toEqual([]);
        await engine.editAll(
          edits.flatMap((edit) => {
            const book = edit.op === "change" ? before.get(edit.isbn) : undefined;
            return edit.op === "change" && book ? [inverseOf(edit, book)] : [];
          }),
        );
        for (const book of await engine.books()) {
          const was = before.get(book.isbn);
          expect(ownOf(book)).toEqual(was && ownOf(was));
        }
      }),
      { numRuns: 30 },
    );
  });
});

it("restores a book that was never sent, with all its data", async () => {
  const book = bookWith({
    isbn: "9780441172719",
    title: "Dune",
    status: "reading",
    rating: 4.25,
    tags: ["sf"],
    readings: [{ id: "r", startedAt: "2026-02" }],
    format: "paperback",
    owned: true,
    location: "attic",
    loan: { to: "Paul" },
    ownSeries: [{ name: "Dune", position: "1" }],
  });
  const own = { title: "Zine", authors: ["Ada"], tags: ["own"], pageCount: 12, language: "de" };
  const local = bookWith({ ...own, isbn: "local-1" });
  const engine = await deviceWith([book, local]);
  const [dune, zine] = await engine.books();
  expect(dune && ownOf(dune)).toEqual(ownOf(book));
  expect(dune).toMatchObject({
    loan: { to: "Paul" },
    ownSeries: [{ name: "Dune", position: "1" }],
  });
  expect(zine).toMatchObject(own);
});
