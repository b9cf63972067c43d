import { expect, it } from "vitest";
import { aBook } from "../../../test/support/books.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { freshUntil, OPEN_FRESH_MS, type BookRecord, type StoredBook } from "./book-record.ts";
import { completeStored } from "./complete-stored.ts";
import type { ProviderSearchAnswer } from "./provider.ts";
import type { SaveOutcome } from "./resolve.ts";

const AT = "2026-01-01T00:00:00.000Z";
const COMPLETE_UNTIL = freshUntil(Date.parse(AT), () => 0.5);
const { language: _language, ...known } = aBook();
const bare: Book = {
  ...known,
  identifiers: { openLibrary: "OL1M" },
  sources: [{ provider: "openlibrary", fetchedAt: AT, fields: ["title", "identifiers"] }],
  updatedAt: AT,
};
const record: ProviderSearchAnswer = {
  kind: "found",
  books: [{ ...bare, language: "fr", description: "About it." }],
};

function catalogue(book: Book, answer: ProviderSearchAnswer, saves: SaveOutcome[] = []) {
  const fetchedAt = Date.parse(AT);
  let row: StoredBook = { book, fetchedAt, freshUntil: fetchedAt + OPEN_FRESH_MS, version: 3 };
  const cached: BookRecord[] = [];
  let asked = 0;
  return {
    row: () => row,
    cached,
    asked: () => asked,
    run: () =>
      completeStored(book.isbn, {
        books: {
          find: async () => ({ kind: "hit", stored: row }),
          save: async (next, version) => {
            const outcome = saves.shift() ?? "saved";
            if (outcome === "saved") row = { ...next, version: (version ?? 0) + 1 };
            return outcome;
          },
        },
        cache: {
          open: async () => ({ old: undefined, write: async (next) => void cached.push(next) }),
        },
        ask: async () => {
          asked += 1;
          return answer;
        },
        random: () => 0.5,
      }),
  };
}

it("fills missing fields of a stored book with the date of the original answer", async () => {
  const { run, row, cached } = catalogue(bare, record);
  expect(await run()).toBe("done");
  expect(row().book).toMatchObject({ title: "Dune", language: "fr", description: "About it." });
  expect(row().book.sources).toEqual([
    {
      provider: "openlibrary",
      fetchedAt: AT,
      fields: ["title", "language", "description", "identifiers"],
    },
  ]);
  expect(row()).toMatchObject({ fetchedAt: Date.parse(AT), freshUntil: COMPLETE_UNTIL });
  expect(cached).toEqual([expect.objectContaining({ freshUntil: COMPLETE_UNTIL })]);
});

it("treats a book as fresh as any other if its records have nothing more, and writes once", async () => {
  const { run, row } = catalogue(bare, { kind: "found", books: [] });
  for (let times = 0; times < 3; times += 1) expect(await run()).toBe("done");
  expect(row()).toMatchObject({ book: bare, freshUntil: COMPLETE_UNTIL, version: 4 });
});

it("refreshes a book soon if a record is unavailable", async () => {
  const { run, row } = catalogue(bare, { kind: "failed", reason: "timeout" });
  expect(await run()).toBe("later");
  expect(row()).toMatchObject({ freshUntil: Date.parse(AT) + OPEN_FRESH_MS, version: 3 });
});

it("writes again after a conflict", async () => {
  const conflicting = catalogue(bare, record, ["conflict"]);
  await conflicting.run();
  expect(conflicting.row().book.language).toBe("fr");
});

it("retries later if a record is unavailable", async () => {
  expect(await catalogue(bare, { kind: "failed", reason: "timeout" }).run()).toBe("later");
});

it("makes no request for a book that is complete or not from Open Library", async () => {
  const whole = { ...bare, language: "en", description: "About it.", workId: "OL1W" };
  const complete = catalogue(whole, record);
  expect(await complete.run()).toBe("done");
  const others = catalogue({ ...bare, sources: [] }, record);
  expect(await others.run()).toBe("done");
  expect([complete.asked(), others.asked()]).toEqual([0, 0]);
  // Another request has completed it: nothing is left to wait for.
  expect(complete.row().freshUntil).toBe(COMPLETE_UNTIL);
  expect(others.row().version).toBe(3);
});
