import { describe, expect, it } from "vitest";
import type { Book } from "../../../../contract/catalogue.ts";
import type { ProviderBook, ProviderId, ProviderSearchAnswer, TitleQuery } from "../provider.ts";
import { readSearchText, type SearchQuery, type SearchText } from "./text.ts";
import { searchBooks, type CatalogueReading, type SearchDeps } from "./search.ts";
import { defined } from "../../../platform/defined.ts";

const AT = "2026-01-01T00:00:00.000Z";
const isbnOf = (number: number): string => String(9_780_000_000_000 + number);

function provided(number: number, fields: Partial<ProviderBook> = {}): ProviderBook {
  return {
    isbn: isbnOf(number),
    title: `Provided ${number}`,
    authors: [],
    categories: [],
    ...fields,
  };
}

function stored(number: number): Book {
  const book = { ...provided(number), title: `Stored ${number}` };
  return { ...book, provider: "openlibrary", sources: [], updatedAt: AT };
}

const shelf = (count: number): Book[] => Array.from({ length: count }, (_, index) => stored(index));

function text(typed: string): SearchText {
  const read = readSearchText(typed);
  if (!read.ok) throw new Error(read.message);
  return read.text;
}

const dune: SearchQuery = { kind: "anywhere", words: text("Dune") };
const failed: ProviderSearchAnswer = { kind: "failed", reason: "timeout" };
const found = (...books: ProviderBook[]): ProviderSearchAnswer => ({ kind: "found", books });

/** A catalogue with these books and providers with these answers; the clock advances 2 s with each call. */
function world(given: {
  catalogue?: readonly Book[] | "failed";
  elsewhere?: readonly Book[];
  answers?: Partial<Record<ProviderId, ProviderSearchAnswer | "throws">>;
  counts?: boolean;
  limited?: boolean;
  /** The result of an ISBN lookup. */
  byIsbn?: Book | null;
  isLocal?: boolean;
}) {
  const books = given.catalogue ?? [];
  const asked: { id: ProviderId; query: TitleQuery; budgetMs: number; account: boolean }[] = [];
  const observed: string[] = [];
  const lookedUp: string[] = [];
  const remembered = new Map<string, readonly Book[]>();
  let clock = Date.parse(AT);
  const provider = (id: ProviderId, counts: boolean): SearchDeps["searchedProviders"][number] => ({
    id,
    counts,
    search: async (query, { budgetMs, account }) => {
      asked.push({ id, query, budgetMs, account });
      clock += 2000;
      const answer = given.answers?.[id] ?? found();
      if (answer === "throws") throw new Error("The Durable Object was restarted.");
      return answer;
    },
  });
  const deps: SearchDeps = {
    catalogue: {
      search: async (_query, { limit, after }): Promise<CatalogueReading> => {
        if (books === "failed") return { kind: "failed" };
        const from = after?.position ?? 0;
        const page = books.slice(from, from + limit);
        const position = from + page.length;
        return {
          kind: "page",
          books: page,
          exact: page.length,
          position,
          more: books.length > position,
        };
      },
      known: async (isbns) => (given.elsewhere ?? []).filter(({ isbn }) => isbns.includes(isbn)),
    },
    isLocal: async () => given.isLocal ?? false,
    lookup: async (isbn) => {
      lookedUp.push(isbn.isbn13);
      return given.byIsbn;
    },
    searchedProviders: [
      provider("openlibrary", true),
      provider("google-books", given.counts ?? true),
    ],
    recent: {
      get: (question) => remembered.get(question),
      put: (question, answer) => void remembered.set(question, answer),
    },
    admitMiss: async () => (given.limited ? { ok: false, retryAfterSeconds: 60 } : { ok: true }),
    now: () => clock,
    observe: (answer) => void observed.push(answer),
  };
  const search = (
    input: { query?: SearchQuery; limit?: number; cursor?: string; account?: boolean } = {},
  ) => {
    const { query = dune, limit = 20, account = false, ...rest } = input;
    return searchBooks({ query, limit, caller: { key: "x", account }, ...rest }, deps);
  };
  return { search, asked, observed, remembered, lookedUp };
}

const isbns = (outcome: Awaited<ReturnType<typeof searchBooks>>): string[] =>
  outcome.kind === "found" ? outcome.books.map(({ isbn }) => isbn) : [];

describe("a local catalogue", () => {
  it("answers without the providers if it has a book, and queries them if it has none", async () => {
    const one = world({ catalogue: shelf(1), isLocal: true });
    expect(isbns(await one.search())).toEqual([isbnOf(0)]);
    expect(one.asked).toEqual([]);
    const none = world({ isLocal: true });
    await none.search();
    expect(none.asked).not.toEqual([]);
  });
});

describe("an ISBN as the query", () => {
  it("finds the book by a lookup, without a search", async () => {
    const { search, lookedUp, asked } = world({ byIsbn: stored(1) });
    for (const typed of [
      "9780441172719",
      "978-0-441-17271-9",
      "0-441-17271-7",
      "ISBN 0441172717",
    ]) {
      const query = { kind: "anywhere", words: text(typed) } as const;
      expect(await search({ query })).toEqual({
        kind: "found",
        books: [stored(1)],
        partial: false,
      });
    }
    expect(lookedUp).toEqual(Array.from({ length: 4 }, () => "9780441172719"));
    expect(asked).toEqual([]);
  });

  it("finds nothing if no provider knows the book, and is searched for as words if they are unavailable", async () => {
    const query = { kind: "anywhere", words: text("9780441172719") } as const;
    expect(await world({ byIsbn: null, catalogue: shelf(9) }).search({ query })).toMatchObject({
      books: [],
    });
    expect(isbns(await world({ catalogue: shelf(9) }).search({ query }))).toHaveLength(9);
  });

  it("is not recognised among other words or in a name", async () => {
    const { search, lookedUp } = world({ catalogue: shelf(9), byIsbn: stored(1) });
    await search({ query: { kind: "anywhere", words: text("1984") } });
    await search({ query: { kind: "fields", author: text("9780441172719") } });
    expect(lookedUp).toEqual([]);
  });
});

describe("searchBooks", () => {
  it("queries no provider if the catalogue has five books", async () => {
    const { search, asked, observed } = world({ catalogue: shelf(5) });
    expect(await search()).toEqual({ kind: "found", books: shelf(5), partial: false });
    expect(asked).toEqual([]);
    expect(observed).toEqual(["catalogue"]);
  });

  it("queries no provider if the page is full", async () => {
    const { search, asked } = world({ catalogue: shelf(2) });
    expect(isbns(await search({ limit: 2 }))).toHaveLength(2);
    expect(asked).toEqual([]);
  });

  it("pages through the catalogue by cursors without querying a provider", async () => {
    const { search, asked } = world({ catalogue: shelf(7) });
    const first = await search({ limit: 5 });
    if (first.kind !== "found" || first.nextCursor === undefined)
      throw new Error("expected a cursor");
    const second = await search({ limit: 5, cursor: first.nextCursor });
    expect(second).toEqual({ kind: "found", books: shelf(7).slice(5), partial: false });
    expect(asked).toEqual([]);
  });

  it("ends after 200 books, however many there are", async () => {
    const { search } = world({ catalogue: shelf(300) });
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await search({ limit: 50, ...defined({ cursor }) });
      if (page.kind !== "found") throw new Error(page.kind);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(4);
  });

  it("rejects a cursor of another search", async () => {
    const { search } = world({ catalogue: shelf(7) });
    const page = await search({ query: { kind: "anywhere", words: text("Emma") }, limit: 5 });
    const cursor = page.kind === "found" ? (page.nextCursor ?? "") : "";
    expect(await search({ cursor })).toEqual({ kind: "invalid_cursor" });
    expect(await search({ cursor: "nonsense" })).toEqual({ kind: "invalid_cursor" });
  });

  it("reports that the database is unavailable instead of falling back to the providers", async () => {
    const { search, asked, observed } = world({ catalogue: "failed" });
    expect(await search()).toEqual({ kind: "database_unavailable" });
    expect(asked).toEqual([]);
    expect(observed).toEqual(["unavailable"]);
  });

  it("adds provider results that the catalogue does not have, each edition once", async () => {
    const { search, asked, observed } = world({
      catalogue: shelf(2),
      answers: { openlibrary: found(provided(1), provided(8), provided(9), provided(10)) },
    });
    const outcome = await search();
    expect(isbns(outcome)).toEqual([0, 1, 8, 9, 10].map(isbnOf));
    expect(outcome).toMatchObject({
      partial: false,
      books: [
        { title: "Stored 0" },
        { title: "Stored 1" },
        { title: "Provided 8", provider: "openlibrary", sources: [{ provider: "openlibrary" }] },
        {},
        {},
      ],
    });
    expect(asked.map(({ id }) => id)).toEqual(["openlibrary"]);
    expect(observed).toEqual(["providers"]);
  });

  it("queries the second provider if the first has too few results, and merges their data on an edition", async () => {
    const { search } = world({
      answers: {
        openlibrary: found(provided(1, { publisher: "Ace" })),
        "google-books": found(provided(1, { description: "Sand." }), provided(2)),
      },
    });
    const outcome = await search();
    expect(isbns(outcome)).toEqual([isbnOf(1), isbnOf(2)]);
    expect(outcome).toMatchObject({
      books: [{ provider: "merged", publisher: "Ace", description: "Sand." }, {}],
    });
  });

  it("returns the catalogue's record of an edition that it has under other words", async () => {
    const { search } = world({
      elsewhere: [stored(8)],
      answers: { openlibrary: found(provided(8), provided(9)) },
    });
    expect(await search()).toMatchObject({
      books: [{ title: "Stored 8" }, { title: "Provided 9" }],
    });
  });

  it("returns no more than the limit", async () => {
    const { search } = world({
      catalogue: shelf(1),
      answers: { openlibrary: found(...[5, 6, 7, 8].map((number) => provided(number))) },
    });
    expect(isbns(await search({ limit: 3 }))).toEqual([0, 5, 6].map(isbnOf));
  });

  it.each(["throws", failed] as const)(
    "is only shorter when a provider fails (%j)",
    async (trouble) => {
      const { search, asked, observed, remembered } = world({
        catalogue: shelf(1),
        answers: { openlibrary: trouble, "google-books": found(provided(9)) },
      });
      const outcome = await search();
      expect(isbns(outcome)).toEqual([isbnOf(0), isbnOf(9)]);
      expect(outcome).toMatchObject({ partial: true });
      expect(asked).toHaveLength(2);
      expect(observed).toEqual(["partial"]);
      expect(remembered.size).toBe(0);
    },
  );

  it("is complete without a provider that refuses most callers", async () => {
    const { search } = world({ counts: false, answers: { "google-books": failed } });
    expect(await search()).toEqual({ kind: "found", books: [], partial: false });
  });

  it("queries no provider for a caller without tokens", async () => {
    const { search, asked } = world({ catalogue: shelf(1), limited: true });
    expect(await search()).toEqual({ kind: "found", books: shelf(1), partial: true });
    expect(asked).toEqual([]);
  });

  it("queries once for a repeated search", async () => {
    const { search, asked } = world({ answers: { openlibrary: found(provided(1)) } });
    const first = await search();
    expect(await search()).toEqual(first);
    expect(asked).toHaveLength(2);
    await search({ limit: 7 });
    expect(asked).toHaveLength(4);
  });

  it("divides 5 s among the providers, at most 3 s each", async () => {
    const { search, asked } = world({});
    await search({ account: true });
    expect(asked).toMatchObject([
      { id: "openlibrary", budgetMs: 3000, account: true },
      { id: "google-books", budgetMs: 3000, account: true },
    ]);
  });

  it.each<[SearchQuery, TitleQuery]>([
    [dune, { words: "Dune", limit: 20 }],
    [
      { kind: "fields", title: text("Dune") },
      { title: "Dune", limit: 20 },
    ],
    [
      { kind: "fields", author: text("F. Herbert") },
      { author: "F Herbert", limit: 20 },
    ],
    [
      { kind: "fields", title: text("Dune"), author: text("Herbert") },
      { title: "Dune", author: "Herbert", limit: 20 },
    ],
  ])("translates %j for the providers", async (query, asks) => {
    const { search, asked } = world({});
    await search({ query });
    expect(asked[0]?.query).toEqual(asks);
  });
});
