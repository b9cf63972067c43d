import { describe, expect, it } from "vitest";
import type { ProviderId, ProviderSearchAnswer } from "../../../catalogue/domain/provider.ts";
import type { CatalogueReading } from "../../../catalogue/domain/search/search.ts";
import type { SearchQuery } from "../../../catalogue/domain/search/text.ts";
import { editionSources } from "./edition-sources.ts";

const book = { isbn: "9780261102217", title: "The Hobbit", authors: [], categories: [] };
const none: ProviderSearchAnswer = { kind: "found", books: [] };
const some: ProviderSearchAnswer = { kind: "found", books: [book] };
const failed: ProviderSearchAnswer = { kind: "failed", reason: "quota_exhausted" };

function sources(
  answers: (ProviderSearchAnswer | "throws")[],
  reading: CatalogueReading = { kind: "page", books: [], exact: 0, position: 0, more: false },
) {
  const asked: ProviderId[] = [];
  const queries: SearchQuery[] = [];
  const ids = ["openlibrary", "google-books"] as const;
  const made = editionSources(
    {
      catalogue: {
        search: async (query) => {
          queries.push(query);
          return reading;
        },
      },
      providers: answers.map((answer, index) => ({
        id: ids[index] ?? "openlibrary",
        search: async () => {
          asked.push(ids[index] ?? "openlibrary");
          if (answer === "throws") throw new Error("the desk is gone");
          return answer;
        },
      })),
    },
    "user",
  );
  return { ...made, asked, queries };
}

describe("the catalogue", () => {
  it.each([
    ["Hobbit, The (Middle-earth, #0)", "J.R.R. Tolkien", "hobbit", "Tolkien"],
    ["Saga, Vol. 2", "Vaughan, Brian K.", "saga", "Vaughan"],
    ["Sapiens: A Brief History", undefined, "sapiens", undefined],
  ])("is searched for %j by its main title and family name", async (title, author, words, name) => {
    const { inCatalogue, queries } = sources([]);
    await inCatalogue({ title, ...(author ? { author } : {}), limit: 5 });
    const [query] = queries;
    expect(query).toMatchObject({ kind: "fields", title: { text: words } });
    expect(query?.kind === "fields" && query.author?.text).toBe(name);
  });

  it("is not searched for a title without letters", async () => {
    const { inCatalogue, queries } = sources([]);
    expect(await inCatalogue({ title: "***", limit: 5 })).toEqual([]);
    expect(queries).toEqual([]);
  });

  it("must answer", async () => {
    const { inCatalogue } = sources([], { kind: "failed" });
    await expect(inCatalogue({ title: "Dune", limit: 5 })).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
  });
});

describe("the providers", () => {
  const query = { title: "Dune", limit: 5 };

  it("are searched one after another until one finds an edition", async () => {
    const first = sources([some, some]);
    expect(await first.atProviders(query)).toEqual(some);
    expect(first.asked).toEqual(["openlibrary"]);
    const second = sources([none, some]);
    expect(await second.atProviders(query)).toEqual(some);
    expect(second.asked).toEqual(["openlibrary", "google-books"]);
  });

  it("fail only when the first one fails", async () => {
    expect(await sources([failed, some]).atProviders(query)).toEqual(failed);
    expect(await sources(["throws"]).atProviders(query)).toMatchObject({ kind: "failed" });
    expect(await sources([none, failed]).atProviders(query)).toEqual(none);
    expect(await sources([none, "throws"]).atProviders(query)).toEqual(none);
  });
});
