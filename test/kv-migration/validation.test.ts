import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { writeOwnEntry } from "../../src/catalogue/domain/legacy/stored-value.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";
import { emptied, errors, migrated, stored, validated } from "../support/migration.ts";

beforeEach(emptied);

describe("a difference", () => {
  const key = "book:isbn:9780306406157";

  it("is reported by field, whichever side has changed", async () => {
    await stored({ [key]: { title: "As it was", publisher: "Press", pageCount: 5 } });
    await stored({ "book:isbn:9780441172719": { title: "Dune", publisher: "Ace" } });
    await stored({ "book:isbn:9780553293357": { title: "Foundation" } });
    await stored({ "book:isbn:9780140328721": { title: "Fantastic Mr Fox" } });
    await migrated();
    await env.DB.prepare(
      `UPDATE Books SET title = 'By hand', canonical_metadata = json_set(canonical_metadata, '$.title', 'By hand')
       WHERE isbn = '9780306406157'`,
    ).run();
    await env.DB.prepare("UPDATE Books SET page_count = 7 WHERE isbn = '9780140328721'").run();
    await env.DB.prepare("DELETE FROM Books WHERE isbn = '9780553293357'").run();
    await stored({ "book:isbn:9780441172719": { title: "Dune", publisher: "Other" } });

    expect(await validated()).toMatchObject({
      valid: false,
      different: 4,
      differences: { missing: 1, differs: 2, columnVsBlob: 1 },
    });
    const found = (await errors("?kind=validation")).items.map(({ key, reason, differences }) => ({
      key,
      reason,
      differences,
    }));
    expect(found).toEqual([
      {
        key: "book:isbn:9780140328721",
        reason: "columnVsBlob",
        differences: [{ field: "page_count", row: "7" }],
      },
      {
        key,
        reason: "differs",
        differences: [{ field: "title", kv: "As it was", row: "By hand" }],
      },
      {
        key: "book:isbn:9780441172719",
        reason: "differs",
        differences: [{ field: "publisher", kv: "Other", row: "Ace" }],
      },
      { key: "book:isbn:9780553293357", reason: "missing", differences: undefined },
    ]);
  });
});

describe("an entry of the service in KV", () => {
  const isbn = "9780306406157";

  it("is not migrated, but its row is compared with it", async () => {
    const at = "2026-01-01T00:00:00.000Z";
    const book = aBook({
      isbn,
      isbn10: "0306406152",
      title: "As it was",
      sources: [{ provider: "openlibrary", fetchedAt: at, fields: ["title", "authors"] }],
      updatedAt: at,
    });
    const record = { book, fetchedAt: Date.parse(at), freshUntil: Date.now() };
    await stored({ [`book:isbn:${isbn}`]: writeOwnEntry(record, Date.now() + 1e7) });
    const skipped = { listed: 1, skipped: 1, reasons: { own: 1 } };
    expect(await migrated()).toMatchObject(skipped);
    // It may have been written while D1 was unavailable.
    expect(await validated()).toMatchObject({ ...skipped, valid: true });

    const store = d1BookStore(env.DB, memoryLog());
    await store.save(record, undefined);
    expect(await validated()).toMatchObject({ ...skipped, valid: true });
    await env.DB.prepare(
      `UPDATE Books SET title = 'By hand', canonical_metadata = json_set(canonical_metadata, '$.title', 'By hand')`,
    ).run();
    expect(await validated()).toMatchObject({ valid: false, differences: { differs: 1 } });
    expect((await errors("?kind=validation")).items).toMatchObject([
      {
        key: `book:isbn:${isbn}`,
        reason: "differs",
        differences: [{ field: "title", kv: "As it was", row: "By hand" }],
      },
    ]);

    const later = "2026-02-01T00:00:00.000Z";
    const newer = { ...book, title: "Newer", updatedAt: later };
    const sources = [{ provider: "openlibrary" as const, fetchedAt: later, fields: ["title"] }];
    await store.save({ ...record, book: { ...newer, sources } }, 1);
    expect(await validated()).toMatchObject({ ...skipped, valid: true });
  });

  it("is recognised even if it is damaged: it is only a copy, so nothing is lost", async () => {
    await stored({
      [`book:isbn:${isbn}`]: { v: 2, value: { isbn, title: "Cut off" }, fetchedAt: 1 },
    });
    const skipped = { listed: 1, skipped: 1, failed: 0, reasons: { own: 1 } };
    expect(await migrated()).toMatchObject(skipped);
    expect(await validated()).toMatchObject({ listed: 1, skipped: 1, valid: true });
  });
});
