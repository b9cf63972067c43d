import { describe, expect, it } from "vitest";
import { aBook } from "../../../test/support/books.ts";
import type { BookRecord } from "./book-record.ts";
import { enrichBook, type EnrichDeps, type EnrichRequest } from "./enrich.ts";
import type { HeldAnswer } from "./lookup.ts";
import type { Resolution } from "./resolution.ts";

const NOW = 1_000_000;
const isbn = { isbn13: "9780441172719", isbn10: "0441172717" };
const record: BookRecord = {
  book: aBook({ isbn: isbn.isbn13, title: "Dune" }),
  fetchedAt: 0,
  freshUntil: NOW + 1,
};
const newer: BookRecord = { ...record, book: { ...record.book, title: "Dune, anew" } };
const down: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 5 };
const absent: Resolution = { kind: "absent", providersChecked: ["openlibrary"] };

/** A catalogue that may have the book, and providers with one answer; `asked` records the calls. */
function world(given: {
  held?: HeldAnswer;
  stored?: BookRecord;
  resolution?: Resolution;
  refuse?: true;
}) {
  const asked: string[] = [];
  let held = given.held;
  const deps: EnrichDeps = {
    memory: { get: () => held, put: (_isbn, answer) => void (held = answer) },
    cache: {
      read: async () =>
        given.stored ? { kind: "hit", record: given.stored } : { kind: "miss", unreadable: false },
      write: async () => undefined,
    },
    books: { find: async () => ({ kind: "miss" }) },
    retireOldValues: async () => undefined,
    d1ReadsEnabled: () => true,
    admitMiss: async () => {
      asked.push("admit miss");
      return { ok: true };
    },
    admitRefresh: async () => {
      asked.push("admit refresh");
      return given.refuse ? { ok: false, retryAfterSeconds: 7 } : { ok: true };
    },
    resolveMiss: async (_isbn, _caller, { prefer }) => {
      asked.push(`providers, ${prefer ?? "any"} first`);
      return given.resolution ?? absent;
    },
    countingProviders: ["openlibrary", "google-books"],
    refreshLater: async () => undefined,
    defer: () => undefined,
    now: () => NOW,
    observe: () => undefined,
  };
  return {
    asked,
    held: () => held,
    enrich: (request: Partial<EnrichRequest> = {}) =>
      enrichBook({ isbn, caller: { key: "a", account: true }, refresh: false, ...request }, deps),
  };
}

describe("enrichBook", () => {
  it("returns a stored book without asking a provider", async () => {
    const { enrich, asked } = world({ stored: record });
    expect(await enrich({ prefer: "google-books" })).toMatchObject({ kind: "found", source: "kv" });
    expect(asked).toEqual([]);
  });

  it("queries the preferred provider first if a query is needed", async () => {
    const { enrich, asked } = world({ resolution: { kind: "found", record } });
    expect(await enrich({ prefer: "google-books" })).toMatchObject({ source: "external_api" });
    expect(asked).toEqual(["admit miss", "providers, google-books first"]);
  });

  it("answers with the preferred provider's values, and does not change the record", async () => {
    const theirs = { ...record.book, title: "Dune, large print" };
    const { enrich, held } = world({
      resolution: {
        kind: "found",
        record,
        answers: [{ provider: "google-books", book: theirs, fetchedAt: record.book.updatedAt }],
      },
    });
    const preferred = await enrich({ prefer: "google-books", refresh: true });
    expect(preferred).toMatchObject({ book: { title: "Dune, large print" } });
    expect(held()).toEqual({ kind: "found", record });
  });

  it("lists all counted providers for a known absence, and the queried ones for a new absence", async () => {
    const known = world({ held: { kind: "absent" } });
    expect(await known.enrich()).toMatchObject({
      kind: "absent",
      providersChecked: ["openlibrary", "google-books"],
    });
    expect(await world({}).enrich()).toMatchObject({ providersChecked: ["openlibrary"] });
  });
});

describe("refresh", () => {
  const refresh = { refresh: true } as const;

  it("queries the providers despite a stored book, and caches the answer", async () => {
    const { enrich, asked, held } = world({
      stored: record,
      resolution: { kind: "found", record: newer },
    });
    expect(await enrich(refresh)).toMatchObject({
      kind: "found",
      book: { title: "Dune, anew" },
      source: "external_api",
      state: "fresh",
    });
    expect(asked).toEqual(["admit refresh", "providers, any first"]);
    expect(held()).toEqual({ kind: "found", record: newer });
  });

  it.each([
    ["are unavailable", down],
    ["no longer have the book", absent],
  ])("returns the stored book as stale when the providers %s", async (_what, resolution) => {
    const { enrich, held } = world({ stored: record, resolution });
    expect(await enrich(refresh)).toMatchObject({ kind: "found", source: "kv", state: "stale" });
    expect(held()).toEqual({ kind: "found", record });
  });

  it("returns the providers' outcome when nothing is stored", async () => {
    expect(await world({ resolution: down }).enrich(refresh)).toEqual(down);
    expect(await world({ resolution: absent }).enrich(refresh)).toMatchObject({ kind: "absent" });
  });

  it("is limited even with an account, and then queries no provider", async () => {
    const { enrich, asked } = world({ stored: record, refuse: true });
    expect(await enrich(refresh)).toEqual({ kind: "limited", retryAfterSeconds: 7 });
    expect(asked).toEqual(["admit refresh"]);
  });
});
