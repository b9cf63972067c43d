import { describe, expect, it } from "vitest";
import type { Book } from "../../../contract/catalogue.ts";
import { otherEditions, type EditionsDeps, type KnownEditions } from "./editions.ts";
import { parseIsbn } from "./isbn/isbn.ts";
import type { ProviderBook, ProviderSearchAnswer, TitleQuery } from "./provider.ts";

const AT = "2026-01-01T00:00:00.000Z";
const edition = (isbn: string, fields: Partial<ProviderBook> = {}): ProviderBook => ({
  isbn,
  title: "Dune",
  authors: [],
  categories: [],
  ...fields,
});
const stored = (isbn: string, fields: Partial<ProviderBook> = {}): Book => ({
  ...edition(isbn, { authors: ["Frank Herbert"], ...fields }),
  provider: "openlibrary",
  sources: [],
  updatedAt: AT,
});
const [OWN, SECOND, THIRD] = ["9780441172719", "9783453317178", "9780593098233"];

function world(given: {
  book?: Partial<ProviderBook>;
  catalogue?: readonly Book[] | "failed";
  known?: KnownEditions;
  answers?: readonly ProviderSearchAnswer[];
  limited?: boolean;
}) {
  const asked: TitleQuery[] = [];
  const noted: string[] = [];
  const written: string[] = [];
  const answers = [...(given.answers ?? [])];
  const deps: EditionsDeps = {
    lookup: async () => ({
      kind: "found",
      book: stored(OWN, given.book),
      source: "d1",
      state: "fresh",
    }),
    catalogued: async () => (given.catalogue === "failed" ? undefined : (given.catalogue ?? [])),
    noteWork: async (isbn, work) => void noted.push(`${isbn} ${work}`),
    cache: {
      read: async () => given.known,
      write: async (work, books) => void written.push(work, ...books.map(({ isbn }) => isbn)),
    },
    ask: async (query) => {
      asked.push(query);
      const answer = answers.shift();
      if (!answer) throw new Error("The Durable Object was restarted.");
      return answer;
    },
    admitMiss: async () => ({ ok: given.limited !== true }),
    defer: (work) => void work,
    now: () => Date.parse(AT),
  };
  const isbn = parseIsbn(OWN);
  if (!isbn.ok) throw new Error(isbn.detail);
  const caller = { key: "x", account: false };
  return { ask: () => otherEditions({ isbn: isbn.isbn, caller }, deps), asked, noted, written };
}

const isbnsOf = (outcome: Awaited<ReturnType<typeof otherEditions>>): string[] =>
  outcome.kind === "found" ? outcome.editions.map(({ isbn }) => isbn) : [outcome.kind];

describe("the other editions of a work", () => {
  it("are the catalogue's, then the provider's, without the book itself, each with authors", async () => {
    const { ask, asked, written } = world({
      book: { workId: "OL1W" },
      catalogue: [stored(OWN), stored(SECOND)],
      answers: [{ kind: "found", books: [edition(SECOND), edition(THIRD), edition(OWN)] }],
    });
    const outcome = await ask();
    expect(isbnsOf(outcome)).toEqual([SECOND, THIRD]);
    expect(outcome).toMatchObject({ workId: "OL1W", partial: false });
    expect(outcome).toHaveProperty("editions.1.authors", ["Frank Herbert"]);
    expect(asked).toEqual([{ work: "OL1W", limit: 50 }]);
    expect(written).toEqual(["OL1W", SECOND, THIRD, OWN]);
  });

  it("are not requested again while fresh, and are served stale while the provider is down", async () => {
    const known = { books: [stored(THIRD)], isFresh: true };
    const fresh = world({ book: { workId: "OL1W" }, known });
    expect(isbnsOf(await fresh.ask())).toEqual([THIRD]);
    expect(fresh.asked).toEqual([]);
    const stale = world({ book: { workId: "OL1W" }, known: { ...known, isFresh: false } });
    expect(await stale.ask()).toMatchObject({ editions: [{ isbn: THIRD }], partial: true });
  });

  it("need one more query if the work is unknown, which is then stored", async () => {
    const byId = world({
      book: { identifiers: { openLibrary: "OL5M" } },
      answers: [
        { kind: "found", books: [edition(OWN, { workId: "OL1W" })] },
        { kind: "found", books: [edition(THIRD)] },
      ],
    });
    expect(isbnsOf(await byId.ask())).toEqual([THIRD]);
    expect(byId.asked[0]).toEqual({ edition: "OL5M", limit: 1 });
    expect(byId.noted).toEqual([`${OWN} OL1W`]);
    const byIsbn = world({ answers: [{ kind: "found", books: [] }] });
    expect(await byIsbn.ask()).toEqual({ kind: "found", editions: [], partial: false });
    expect(byIsbn.asked).toEqual([{ words: `isbn:${OWN}`, limit: 1 }]);
  });

  it("are partial when the caller has no token left or the provider is down", async () => {
    const limited = world({ limited: true });
    expect(await limited.ask()).toEqual({ kind: "found", editions: [], partial: true });
    expect(limited.asked).toEqual([]);
    expect(await world({ book: { workId: "OL1W" }, catalogue: "failed" }).ask()).toEqual({
      kind: "database_unavailable",
    });
  });
});
