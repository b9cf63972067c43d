import type { FlightRequest } from "./flight.ts";
import { describe, expect, it } from "vitest";
import type { Book } from "../../../contract/catalogue.ts";
import { freshUntil, OPEN_FRESH_MS, type BookRecord, type StoredBook } from "./book-record.ts";
import type { ProviderAnswer, ProviderBook, ProviderId } from "./provider.ts";
import { resolveBook, type CacheEntry, type ResolveDeps, type SaveOutcome } from "./resolve.ts";

const NOW = 1_700_000_000_000;
const isbn13 = "9780441172719";
const provided: ProviderBook = {
  isbn: isbn13,
  isbn10: "0441172717",
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  publisher: "Ace",
  publishedDate: "1990-09-01",
  pageCount: 535,
  coverUrl: "https://covers.example/dune.jpg",
};
const found: ProviderAnswer = { kind: "found", book: provided };
const absent: ProviderAnswer = { kind: "absent" };
const failed: ProviderAnswer = { kind: "failed", reason: "timeout", retryAfterMs: 2500 };

const storedBook: Book = {
  isbn: isbn13,
  title: "Dune",
  authors: ["Frank Herbert"],
  categories: [],
  description: "A desert planet.",
  provider: "google-books",
  sources: [
    { provider: "google-books", fetchedAt: "2020-01-01T00:00:00.000Z", fields: ["description"] },
  ],
  updatedAt: "2020-01-01T00:00:00.000Z",
};

/** A catalogue that records its events, with providers that give the specified answers. */
function catalogue(
  answers: Partial<Record<ProviderId, { answer: ProviderAnswer; counts?: boolean }>>,
  options: {
    stored?: Book;
    saves?: SaveOutcome[];
    broken?: boolean;
    d1Reads?: boolean;
    firstIsLate?: Promise<void>;
    now?: () => number;
  } = {},
) {
  const events: string[] = [];
  const reads: string[] = [];
  const deferred: Promise<unknown>[] = [];
  const saves = [...(options.saves ?? [])];
  let row: StoredBook | undefined = options.stored && {
    book: options.stored,
    fetchedAt: 0,
    freshUntil: 0,
    version: 3,
  };
  let cached: BookRecord | undefined;
  const entry: CacheEntry = {
    old: undefined,
    write: async (record) => {
      events.push("write kv");
      cached = record;
    },
  };
  const deps: ResolveDeps = {
    providers: Object.entries(answers).map(([id, { answer, counts = true }], index) => ({
      id: id as ProviderId,
      counts,
      lookup: async () => {
        if (index === 0) await options.firstIsLate;
        return answer;
      },
    })),
    sleep: () => (options.firstIsLate ? Promise.resolve() : new Promise(() => {})),
    books: {
      find: async () => {
        reads.push("d1");
        if (options.broken) return { kind: "failed" };
        return row ? { kind: "hit", stored: row } : { kind: "miss" };
      },
      save: async (record, version) => {
        const outcome = saves.shift() ?? "saved";
        events.push(`save over ${version} ${outcome}`);
        if (outcome === "saved") row = { ...record, version: (version ?? 0) + 1 };
        return outcome;
      },
    },
    cache: {
      open: async () => {
        reads.push("kv");
        return entry;
      },
      openFree: () => entry,
      writeAbsent: async (_isbn, doubt) =>
        void events.push(doubt ? `write absent ${JSON.stringify(doubt)}` : "write absent"),
    },
    d1ReadsEnabled: () => options.d1Reads ?? true,
    completeLater: async () => void events.push("complete later"),
    defer: (work) => void deferred.push(work),
    now: () => options.now?.() ?? NOW,
    random: () => 0.5,
  };
  return {
    events,
    reads,
    row: () => row,
    cached: () => cached,
    resolve: async (caller: Partial<FlightRequest> = {}) => {
      const asking = { isbn13, lane: "scan" as const, account: false, ...caller };
      const resolution = await resolveBook(asking, deps);
      await Promise.all(deferred);
      return resolution;
    },
  };
}

const spent: ProviderAnswer = {
  kind: "failed",
  reason: "quota_exhausted",
  retryAfterMs: 7_200_000,
};

describe("a provider with a used-up daily quota", () => {
  it("counts as not configured when another one does not have the book", async () => {
    const { resolve, events } = catalogue({
      openlibrary: { answer: absent },
      "google-books": { answer: spent },
    });
    const partial = { retryAfterSeconds: 7200 };
    expect(await resolve()).toEqual({
      kind: "absent",
      providersChecked: ["openlibrary"],
      partial,
    });
    expect(events).toEqual(['write absent {"checked":["openlibrary"],"account":false}']);
  });

  it("records no absence for an import, because its share is smaller", async () => {
    const { resolve, events } = catalogue({
      openlibrary: { answer: absent },
      "google-books": { answer: spent },
    });
    expect(await resolve({ lane: "import", account: true })).toMatchObject({
      kind: "absent",
      partial: { retryAfterSeconds: 7200 },
    });
    expect(events).toEqual([]);
  });

  it.each([
    ["it is the only one", { openlibrary: { answer: spent } }],
    ["the other one fails", { openlibrary: { answer: failed }, "google-books": { answer: spent } }],
    ["both are spent", { openlibrary: { answer: spent }, "google-books": { answer: spent } }],
  ] as const)("is an outage when %s", async (_case, answers) => {
    const { resolve, events } = catalogue(answers);
    expect(await resolve()).toMatchObject({ kind: "unavailable" });
    expect(events).toEqual([]);
  });
});

describe("resolveBook", () => {
  it("stores a book in D1 first, then in KV", async () => {
    const { resolve, events, row } = catalogue({ openlibrary: { answer: found } });
    expect(await resolve()).toMatchObject({
      kind: "found",
      record: { book: { title: "Dune" }, fetchedAt: NOW },
    });
    expect(events).toEqual(["save over undefined saved", "write kv"]);
    expect(row()?.freshUntil).toBe(NOW + 180 * 86_400_000);
  });

  it("inserts a book that neither KV nor D1 had, without reading them again", async () => {
    const { resolve, events, reads } = catalogue({ openlibrary: { answer: found } });
    expect(await resolve({ isUnknown: true })).toMatchObject({ kind: "found", isStored: true });
    expect(reads).toEqual([]);
    expect(events).toEqual(["save over undefined saved", "write kv"]);
    const asked = catalogue({ openlibrary: { answer: found } });
    await asked.resolve();
    expect(asked.reads).toEqual(["kv", "d1"]);
  });

  it("merges into the row that another writer has stored meanwhile", async () => {
    const { resolve, row, events } = catalogue(
      { openlibrary: { answer: found } },
      { stored: storedBook, saves: ["conflict"] },
    );
    expect(await resolve({ isUnknown: true })).toMatchObject({ isStored: true });
    expect(events).toEqual(["save over undefined conflict", "save over 3 saved", "write kv"]);
    expect(row()?.book).toMatchObject({ description: "A desert planet.", pageCount: 535 });
  });

  it("returns whether lookups find the book in D1", async () => {
    const answers = { openlibrary: { answer: found } };
    const isStored = async (options: Parameters<typeof catalogue>[1]) =>
      catalogue(answers, options).resolve();
    expect(await isStored({})).toMatchObject({ isStored: true });
    expect(await isStored({ d1Reads: false })).toMatchObject({ isStored: false });
    expect(await isStored({ broken: true })).toMatchObject({ isStored: false });
  });

  it("keeps stored data if the new answer has less", async () => {
    const { resolve, row } = catalogue({ openlibrary: { answer: found } }, { stored: storedBook });
    await resolve();
    expect(row()?.book).toMatchObject({ description: "A desert planet.", pageCount: 535 });
  });

  const openLibrarys = (fields: Partial<ProviderBook>): Book => ({
    ...provided,
    ...fields,
    provider: "openlibrary",
    sources: [
      {
        provider: "openlibrary",
        fetchedAt: "2020-01-01T00:00:00.000Z",
        fields: ["title", "subtitle", "description", "categories"],
      },
    ],
    updatedAt: "2020-01-01T00:00:00.000Z",
  });

  it("drops values that their source no longer has", async () => {
    const stored = openLibrarys({ subtitle: "Not this", categories: ["Wrong"] });
    const { resolve, row, cached } = catalogue({ openlibrary: { answer: found } }, { stored });
    await resolve();
    for (const record of [row(), cached()]) {
      expect(record?.book.categories).toEqual([]);
      expect(record?.book).not.toHaveProperty("subtitle");
    }
  });

  it("keeps a field that the source's answer omits, and completes it later", async () => {
    const stored = openLibrarys({ subtitle: "Not this", description: "From the work." });
    const open: ProviderAnswer = {
      kind: "found",
      book: { ...provided, identifiers: { openLibrary: "OL1M" } },
      unanswered: ["description"],
    };
    const { resolve, row, events } = catalogue({ openlibrary: { answer: open } }, { stored });
    await resolve({ lane: "import" });
    expect(row()?.book.description).toBe("From the work.");
    expect(row()?.book).not.toHaveProperty("subtitle");
    expect(events).toContain("complete later");
    const [source, ...others] = row()?.book.sources ?? [];
    expect(source?.fields).toContain("description");
    expect(others).toEqual([]);
  });

  it("is fresh only for a day until its records are read, in case the request for them is lost", async () => {
    const answer: ProviderAnswer = {
      kind: "found",
      book: { ...provided, identifiers: { openLibrary: "OL1M" } },
      unanswered: ["description", "workId"],
    };
    const open = catalogue({ openlibrary: { answer } });
    await open.resolve({ lane: "import" });
    expect(open.row()?.freshUntil).toBe(NOW + OPEN_FRESH_MS);
    expect(open.cached()?.freshUntil).toBe(NOW + OPEN_FRESH_MS);
    expect(open.events).toContain("complete later");
    const book = { ...answer.book, description: "About it.", language: "en", workId: "OL1W" };
    const complete = catalogue({ openlibrary: { answer: { ...answer, book } } });
    await complete.resolve({ lane: "import" });
    expect(complete.row()?.freshUntil).toBe(freshUntil(NOW, () => 0.5));
    expect(complete.events).not.toContain("complete later");
  });

  it("stores values independent of the caller's preference", async () => {
    const theirs: ProviderAnswer = {
      kind: "found",
      book: { ...provided, title: "Dune, large print" },
    };
    const { resolve, row } = catalogue({
      openlibrary: { answer: { kind: "found", book: { ...provided, publisher: "????" } } },
      "google-books": { answer: theirs },
    });
    const resolution = await resolve();
    expect(row()?.book).toMatchObject({ title: "Dune", publisher: "Ace" });
    expect(resolution).toMatchObject({
      answers: [{ provider: "openlibrary" }, { provider: "google-books" }],
    });
  });

  it("retries its write after a conflict with another writer", async () => {
    const { resolve, events } = catalogue(
      { openlibrary: { answer: found } },
      { saves: ["conflict", "conflict"] },
    );
    await resolve();
    expect(events.filter((event) => event.startsWith("save"))).toHaveLength(3);
    expect(events.at(-1)).toBe("write kv");
  });

  it("returns a book that could not be stored, and does not write KV", async () => {
    const { resolve, events } = catalogue({ openlibrary: { answer: found } }, { broken: true });
    expect(await resolve()).toMatchObject({ kind: "found" });
    expect(events).toEqual([]);
  });

  it("writes KV without D1 while D1 is out of the read path", async () => {
    const { resolve, events } = catalogue(
      { openlibrary: { answer: found } },
      { broken: true, d1Reads: false },
    );
    await resolve();
    expect(events).toEqual(["write kv"]);
  });

  it("stores a late answer as if it had arrived in time", async () => {
    let arrive = (): void => {};
    let clock = NOW;
    const firstIsLate = new Promise<void>((resolve) => (arrive = resolve));
    const withText = (title: string, description: string): ProviderAnswer => ({
      kind: "found",
      book: { ...provided, title, description, language: "en" },
    });
    const { resolve, row } = catalogue(
      {
        openlibrary: { answer: withText("Dune", "By a user.") },
        "google-books": { answer: withText("DUNE", "By the publisher.") },
      },
      { firstIsLate, now: () => (clock += 1) },
    );
    const resolution = resolve();
    setTimeout(arrive, 0);
    expect(await resolution).toMatchObject({ record: { book: { provider: "google-books" } } });
    expect(row()?.book).toMatchObject({ title: "Dune", description: "By the publisher." });
  });

  it("records an absence when no counted provider has the book", async () => {
    const { resolve, events } = catalogue({
      openlibrary: { answer: absent },
      "google-books": { answer: absent },
    });
    expect(await resolve()).toEqual({
      kind: "absent",
      providersChecked: ["openlibrary", "google-books"],
    });
    expect(events).toEqual(["write absent"]);
  });

  it("records an absence without a proof provisionally, and drops no data because of it", async () => {
    const doubtful: ProviderAnswer = { kind: "absent", unproven: true };
    const { resolve, events } = catalogue({ openlibrary: { answer: doubtful } });
    expect(await resolve()).toMatchObject({ kind: "absent" });
    expect(events).toEqual(['write absent "unproven"']);
    const stored = openLibrarys({ subtitle: "A desert planet" });
    const kept = catalogue(
      { openlibrary: { answer: doubtful }, "google-books": { answer: found } },
      { stored },
    );
    await kept.resolve();
    expect(kept.row()?.book.subtitle).toBe("A desert planet");
  });

  it("records nothing when one provider does not have the book and the other fails", async () => {
    const { resolve, events } = catalogue({
      openlibrary: { answer: absent },
      "google-books": { answer: failed },
    });
    expect(await resolve()).toEqual({
      kind: "unavailable",
      providers: { openlibrary: "absent", "google-books": "timeout" },
      retryAfterSeconds: 3,
    });
    expect(events).toEqual([]);
  });

  it("ignores the failure of a provider that does not count", async () => {
    const { resolve } = catalogue({
      openlibrary: { answer: absent },
      "google-books": { answer: failed, counts: false },
    });
    expect(await resolve()).toEqual({ kind: "absent", providersChecked: ["openlibrary"] });
  });

  it("keeps a stored book that the providers dropped, and queries again in a week", async () => {
    const { resolve, events, row } = catalogue(
      { openlibrary: { answer: absent } },
      { stored: storedBook },
    );
    expect(await resolve()).toMatchObject({ kind: "found", record: { book: storedBook } });
    expect(events).toEqual(["save over 3 saved", "write kv"]);
    expect(row()?.freshUntil).toBe(NOW + 7 * 86_400_000);
  });

  it("records no absence while D1 cannot confirm that the catalogue lacks the book", async () => {
    const { resolve, events } = catalogue({ openlibrary: { answer: absent } }, { broken: true });
    expect(await resolve()).toEqual({
      kind: "unavailable",
      providers: { openlibrary: "absent" },
      retryAfterSeconds: 5,
    });
    expect(events).toEqual([]);
  });

  it("does not answer from D1 while D1 is out of the read path", async () => {
    const { resolve, events } = catalogue(
      { openlibrary: { answer: absent } },
      { stored: storedBook, d1Reads: false },
    );
    expect(await resolve()).toEqual({ kind: "absent", providersChecked: ["openlibrary"] });
    expect(events).toEqual(["write absent"]);
  });

  it("is unavailable without providers", async () => {
    expect(await catalogue({}).resolve()).toEqual({
      kind: "unavailable",
      providers: {},
      retryAfterSeconds: 5,
    });
  });
});
