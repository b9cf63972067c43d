import type { Book } from "../../../../contract/catalogue.ts";
import type { Caller } from "../../../platform/identity.ts";
import { mergeAnswers, type DatedAnswer } from "../merge/merge.ts";
import type { AskingCaller } from "../ask-providers.ts";
import type { ProviderId, ProviderSearchAnswer, TitleQuery } from "../provider.ts";
import type { SearchQuery } from "./text.ts";

/** Time limits for one provider, and for all of them together. */
const CALL_BUDGET_MS = 3000;
const TOTAL_BUDGET_MS = 5000;

/** A provider behind the desk that enforces its limits. */
export interface SearchedProvider {
  id: ProviderId;
  /**
   * Whether a failure of this provider leaves the answer open. False for a provider that refuses most callers anyway.
   */
  counts: boolean;
  search(
    query: TitleQuery,
    options: AskingCaller & { budgetMs: number },
  ): Promise<ProviderSearchAnswer>;
}

/** The books found by the providers, and whether every provider that was needed has answered. */
export interface ProviderResults {
  books: readonly Book[];
  complete: boolean;
}

export interface SearchProvidersDeps {
  /** In order of preference. */
  searchedProviders: readonly SearchedProvider[];
  /** Recent results for the same question. */
  recent: {
    get(question: string): readonly Book[] | undefined;
    put(question: string, books: readonly Book[]): void;
  };
  /** Takes one of the caller's tokens for searches that reach a provider. */
  admitMiss(caller: Caller): Promise<{ ok: true } | { ok: false; retryAfterSeconds: number }>;
  now(): number;
}

/**
 * Asks the providers one after another until there are enough books. Most searches never reach the
 * second provider, whose daily quota is a thousand calls. Editions found by several providers are
 * merged. A caller without a token left for provider calls gets no books from providers.
 * @param input.enough number of books at which the next provider is not asked
 */
export async function searchProviders(
  input: { query: SearchQuery; limit: number; enough: number; caller: Caller },
  deps: SearchProvidersDeps,
): Promise<ProviderResults> {
  const { limit, enough, caller } = input;
  const question = questionOf(input.query, limit);
  const key = JSON.stringify([question, enough]);
  const remembered = deps.recent.get(key);
  if (remembered) return { books: remembered, complete: true };
  const admitted = await deps.admitMiss(caller);
  if (!admitted.ok) return { books: [], complete: false };

  const startedAt = deps.now();
  const answers: DatedAnswer[] = [];
  let complete = true;
  for (const { id, counts, search } of deps.searchedProviders) {
    const budgetMs = Math.min(CALL_BUDGET_MS, startedAt + TOTAL_BUDGET_MS - deps.now());
    const options = { lane: "scan" as const, budgetMs, account: caller.account };
    const answer = await search(question, options).catch((): ProviderSearchAnswer => ({
      kind: "failed",
      reason: "network",
    }));
    if (answer.kind === "failed") {
      complete &&= !counts;
    } else {
      const fetchedAt = new Date(deps.now()).toISOString();
      answers.push(...answer.books.map((book) => ({ provider: id, book, fetchedAt })));
    }
    if (answers.length >= enough) break;
  }
  const books = byEdition(answers);
  if (complete) deps.recent.put(key, books);
  return { books, complete };
}

function questionOf(query: SearchQuery, limit: number): TitleQuery {
  if (query.kind === "anywhere") return { words: query.words.text, limit };
  return {
    ...(query.title ? { title: query.title.text } : {}),
    ...(query.author ? { author: query.author.text } : {}),
    limit,
  };
}

function byEdition(answers: readonly DatedAnswer[]): Book[] {
  const editions = new Map<string, DatedAnswer[]>();
  for (const answer of answers) {
    const found = editions.get(answer.book.isbn);
    if (found) found.push(answer);
    else editions.set(answer.book.isbn, [answer]);
  }
  return [...editions].map(([isbn13, found]) => mergeAnswers(isbn13, found));
}
