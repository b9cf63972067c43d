import { describe, expect, it } from "vitest";
import type { Book } from "../../../contract/catalogue.ts";
import type { BookRecord } from "./book-record.ts";
import { lookupBook, type CacheReading, type HeldAnswer, type LookupDeps } from "./lookup.ts";
import type { StoreReading } from "./book-record.ts";
import type { Resolution } from "./resolution.ts";

const NOW = 1_000_000;
const isbn = { isbn13: "9780441172719", isbn10: "0441172717" };
const book: Book = {
  isbn: isbn.isbn13,
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  provider: "openlibrary",
  sources: [],
  updatedAt: "2026-01-01T00:00:00.000Z",
};
const fresh: BookRecord = { book, fetchedAt: 0, freshUntil: NOW + 1 };
const stale: BookRecord = { book, fetchedAt: 0, freshUntil: NOW };

/** Tiers with given answers that record the calls. */
function world(tiers: {
  memory?: HeldAnswer;
  /** An answer that another lookup puts into memory while the lower tiers are read. */
  meanwhile?: BookRecord;
  kv?: CacheReading;
  d1?: StoreReading;
  d1Reads?: boolean;
  admitted?: boolean;
  providers?: Resolution;
}) {
  const asked: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const observed: string[] = [];
  const memory = new Map<string, HeldAnswer>();
  if (tiers.memory) memory.set(isbn.isbn13, tiers.memory);
  const deps: LookupDeps = {
    memory: { get: (key) => memory.get(key), put: (key, answer) => void memory.set(key, answer) },
    cache: {
      read: async () => {
        asked.push("kv");
        if (tiers.meanwhile) memory.set(isbn.isbn13, { kind: "found", record: tiers.meanwhile });
        return tiers.kv ?? { kind: "miss", unreadable: false };
      },
      write: async () => void asked.push("fill kv"),
    },
    books: {
      find: async () => {
        asked.push("d1");
        return tiers.d1 ?? { kind: "miss" };
      },
    },
    d1ReadsEnabled: () => tiers.d1Reads ?? true,
    admitMiss: async () =>
      tiers.admitted === false ? { ok: false, retryAfterSeconds: 7 } : { ok: true },
    resolveMiss: async (_isbn, _caller, { isUnknown }) => {
      asked.push(isUnknown ? "providers for an unknown book" : "providers");
      return tiers.providers ?? { kind: "absent", providersChecked: ["openlibrary"] };
    },
    refreshLater: async () => void asked.push("refresh"),
    retireOldValues: async () => void asked.push("retire"),
    defer: (work) => void deferred.push(work),
    now: () => NOW,
    observe: (source, state) => void observed.push(`${source} ${state}`),
  };
  const run = async (account = false) => {
    const outcome = await lookupBook({ isbn, caller: { key: "", account } }, deps);
    await Promise.all(deferred);
    return { outcome, asked, observed, memory };
  };
  return { run };
}

describe("lookupBook", () => {
  it.each([
    ["KV and D1 have nothing", {}, "providers for an unknown book"],
    ["KV could not be read", { kv: { kind: "failed" } }, "providers"],
    ["KV has an unreadable value", { kv: { kind: "miss", unreadable: true } }, "providers"],
    ["D1 is out of the read path", { d1Reads: false }, "providers"],
  ] as const)("says to the flight what it knows when %s", async (_when, tiers, asks) => {
    expect((await world(tiers).run()).asked.at(-1)).toBe(asks);
  });

  it("answers from memory without any other call", async () => {
    const { outcome, asked } = await world({ memory: { kind: "found", record: fresh } }).run();
    expect(outcome).toEqual({ kind: "found", book, source: "memory", state: "fresh" });
    expect(asked).toEqual([]);
  });

  it("answers from KV with one read and caches the answer in memory", async () => {
    const { outcome, asked, memory } = await world({
      kv: { kind: "hit", record: fresh },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "kv", state: "fresh" });
    expect(asked).toEqual(["kv"]);
    expect(memory.get(isbn.isbn13)).toEqual({ kind: "found", record: fresh });
  });

  it("answers from D1 and backfills KV after the response", async () => {
    const { outcome, asked } = await world({
      d1: { kind: "hit", stored: { ...fresh, version: 1 } },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "d1", state: "fresh" });
    expect(asked).toEqual(["kv", "d1", "fill kv"]);
  });

  it.each(["kv", "d1"] as const)(
    "keeps a newer answer that arrived while %s was read",
    async (tier) => {
      const newer = { ...fresh, book: { ...book, updatedAt: "2099-01-01T00:00:00.000Z" } };
      const { outcome, asked, memory } = await world({
        ...(tier === "kv" ? { kv: { kind: "hit", record: fresh } } : {}),
        d1: { kind: "hit", stored: { ...fresh, version: 1 } },
        meanwhile: newer,
      }).run();
      expect(outcome).toMatchObject({ book: newer.book, source: "memory" });
      expect(asked).not.toContain("fill kv");
      expect(memory.get(isbn.isbn13)).toMatchObject({ record: newer });
    },
  );

  it("does not overwrite an unreadable KV value", async () => {
    const { outcome, asked } = await world({
      kv: { kind: "miss", unreadable: true },
      d1: { kind: "hit", stored: { ...fresh, version: 1 } },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "d1" });
    expect(asked).toEqual(["kv", "d1"]);
  });

  it("answers from D1 when KV is down", async () => {
    const { outcome } = await world({
      kv: { kind: "failed" },
      d1: { kind: "hit", stored: { ...fresh, version: 1 } },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "d1" });
  });

  it("returns a stale book immediately and requests its refresh after the response", async () => {
    const { outcome, asked, observed } = await world({
      kv: { kind: "hit", record: stale },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "kv", state: "stale" });
    expect(asked).toEqual(["kv", "refresh"]);
    expect(observed).toEqual(["kv stale"]);
  });

  it("does not request another refresh while memory has the stale book", async () => {
    const { outcome, asked } = await world({ memory: { kind: "found", record: stale } }).run();
    expect(outcome).toMatchObject({ source: "memory", state: "stale" });
    expect(asked).toEqual([]);
  });

  it("requests one refresh for any number of concurrent lookups of the stale book", async () => {
    const { run } = world({ kv: { kind: "hit", record: stale } });
    const [{ asked }] = await Promise.all([run(), run(), run()]);
    expect(asked.filter((what) => what === "refresh")).toHaveLength(1);
  });

  it("reports that the database is unavailable when D1 fails and no tier above has an answer", async () => {
    const { outcome, asked } = await world({ d1: { kind: "failed" } }).run();
    expect(outcome).toEqual({ kind: "database_unavailable" });
    expect(asked).toEqual(["kv", "d1"]);
  });

  it("skips D1 when the flag takes it out of the read path", async () => {
    const { outcome, asked } = await world({
      d1Reads: false,
      d1: { kind: "failed" },
      providers: { kind: "found", record: fresh },
    }).run();
    expect(outcome).toMatchObject({ kind: "found", source: "external_api" });
    expect(asked).toEqual(["kv", "providers"]);
  });

  it("distinguishes a known absence from a new one by its source", async () => {
    const known = await world({ kv: { kind: "absent" } }).run();
    expect(known.outcome).toMatchObject({ kind: "absent", source: "kv" });
    expect(known.asked).toEqual(["kv"]);
    const established = await world({}).run();
    expect(established.outcome).toEqual({
      kind: "absent",
      source: "external_api",
      providersChecked: ["openlibrary"],
    });
    expect(established.memory.get(isbn.isbn13)).toEqual({ kind: "absent" });
  });

  it("marks an absence that a provider without remaining quota could not confirm, in every tier", async () => {
    const partial = { checked: ["openlibrary" as const], account: false };
    const outcome = { kind: "absent", providersChecked: ["openlibrary"], partial: true };
    const asked = await world({
      providers: {
        kind: "absent",
        providersChecked: ["openlibrary"],
        partial: { retryAfterSeconds: 60 },
      },
    }).run();
    expect(asked.outcome).toEqual({ ...outcome, source: "external_api" });
    expect(asked.memory.get(isbn.isbn13)).toEqual({ kind: "absent", partial });
    const known = world({ kv: { kind: "absent", partial } });
    expect((await known.run()).outcome).toEqual({ ...outcome, source: "kv" });
    expect((await known.run()).outcome).toEqual({ ...outcome, source: "memory" });
    // A caller with an account may be able to ask more.
    expect((await known.run(true)).asked).toEqual(["kv", "kv", "d1", "providers"]);
  });

  it("caches nothing during an outage", async () => {
    const outage: Resolution = {
      kind: "unavailable",
      providers: { openlibrary: "timeout" },
      retryAfterSeconds: 5,
    };
    const { outcome, memory, observed } = await world({ providers: outage }).run();
    expect(outcome).toEqual(outage);
    expect(memory.size).toBe(0);
    expect(observed).toEqual(["external_api unavailable"]);
  });

  it("does not query a provider for a caller over the limit for misses", async () => {
    const { outcome, asked } = await world({ admitted: false }).run();
    expect(outcome).toEqual({ kind: "limited", retryAfterSeconds: 7 });
    expect(asked).not.toContain("providers");
  });
});
