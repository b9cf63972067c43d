import type {
  ProviderBook,
  ProviderId,
  ProviderSearchAnswer,
  TitleQuery,
} from "../../../catalogue/domain/provider.ts";
import type { CatalogueReading } from "../../../catalogue/domain/search/search.ts";
import { readSearchText, type SearchQuery } from "../../../catalogue/domain/search/text.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { EditionSources } from "./find-edition.ts";
import { readTitle } from "./title.ts";

/** Time limit of one provider search. No user is waiting for it, so it is generous. */
const CALL_BUDGET_MS = 10_000;

export interface EditionSourcesDeps {
  catalogue: { search(query: SearchQuery, page: { limit: number }): Promise<CatalogueReading> };
  /** In order of preference. */
  providers: readonly {
    id: ProviderId;
    search(
      query: TitleQuery,
      options: { lane: "import"; budgetMs: number; account: true; payer: string },
    ): Promise<ProviderSearchAnswer>;
  }[];
}

/**
 * Searches editions in the catalogue and at the providers. The second provider is asked only when
 * the first finds none; if the second fails, the empty result of the first is returned.
 * @param payer the user whose quota of provider queries is used
 */
export function editionSources(
  { catalogue, providers }: EditionSourcesDeps,
  payer: string,
): EditionSources {
  return {
    async inCatalogue({ title, author, limit }) {
      const query = queryOf(title, author);
      if (query === undefined) return [];
      const reading = await catalogue.search(query, { limit });
      if (reading.kind === "page") return reading.books;
      throw new DomainError("DATABASE_UNAVAILABLE", "The catalogue search is unavailable.");
    },
    async atProviders(query) {
      const books: ProviderBook[] = [];
      for (const [index, provider] of providers.entries()) {
        const options = { lane: "import", budgetMs: CALL_BUDGET_MS, account: true, payer } as const;
        const answer = await provider
          .search(query, options)
          .catch((): ProviderSearchAnswer => ({ kind: "failed", reason: "network" }));
        if (answer.kind === "failed") return index === 0 ? answer : { kind: "found", books };
        books.push(...answer.books);
        if (books.length > 0) break;
      }
      return { kind: "found", books };
    },
  };
}

/** Queries by the main title and the family name only, because spellings of initials and subtitles vary too much. */
function queryOf(title: string, author: string | undefined): SearchQuery | undefined {
  const words = readSearchText(readTitle(title).main);
  if (!words.ok) return undefined;
  const [family = ""] = (author ?? "").includes(",")
    ? (author ?? "").split(",")
    : (author ?? "").trim().split(/\s+/).slice(-1);
  const name = readSearchText(family);
  return { kind: "fields", title: words.text, ...(name.ok ? { author: name.text } : {}) };
}
