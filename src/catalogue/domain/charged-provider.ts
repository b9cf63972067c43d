import type { QuotaName } from "../../quotas/domain/policy.ts";
import type { AskingCaller } from "./ask-providers.ts";
import type {
  ProviderAnswer,
  ProviderFailed,
  ProviderFailure,
  ProviderId,
  ProviderSearchAnswer,
  TitleQuery,
} from "./provider.ts";

/** The quota by which an account's imports are charged for a provider. */
export const QUESTION_QUOTAS: Record<ProviderId, QuotaName> = {
  openlibrary: "openLibraryQuestions",
  "google-books": "googleQuestions",
};

/** Counts an account's questions to a provider per day. Both may throw when D1 is unavailable. */
export interface Questions {
  /**
   * Counts a question.
   * @returns a handle to give it back, or the time until the account may ask again
   */
  take(payer: string, provider: ProviderId): Promise<Taken | { waitMs: number }>;
}

/** A counted question. */
export interface Taken {
  giveBack(): Promise<void>;
}

interface ProviderCalls {
  id: ProviderId;
  lookup(isbn13: string, options: AskingCaller & { budgetMs: number }): Promise<ProviderAnswer>;
  search(
    query: TitleQuery,
    options: AskingCaller & { budgetMs: number },
  ): Promise<ProviderSearchAnswer>;
}

/** Refusals of our own desk, for which the provider was not asked. */
const NOT_ASKED: readonly ProviderFailure[] = ["breaker_open", "quota_exhausted", "budget_spent"];

/**
 * A provider whose questions count for the account that pays for them. An account without a question left gets
 * `quota_exhausted`. A question that did not reach the provider is given back.
 */
export function chargedProvider<Provider extends ProviderCalls>(
  provider: Provider,
  questions: Questions,
): Provider {
  const charged = async <Answer extends { kind: string }>(
    { payer, ...options }: AskingCaller & { budgetMs: number },
    ask: (options: AskingCaller & { budgetMs: number }) => Promise<Answer | ProviderFailed>,
  ): Promise<Answer | ProviderFailed> => {
    if (payer === undefined) return ask(options);
    const taken = await questions.take(payer, provider.id);
    if ("waitMs" in taken) {
      return { kind: "failed", reason: "quota_exhausted", retryAfterMs: taken.waitMs };
    }
    const answer = await ask(options);
    if (wasNotAsked(answer)) await taken.giveBack();
    return answer;
  };
  return {
    ...provider,
    lookup: (isbn13, options) => charged(options, (rest) => provider.lookup(isbn13, rest)),
    search: (query, options) => charged(options, (rest) => provider.search(query, rest)),
  };
}

function wasNotAsked(answer: { kind: string; reason?: ProviderFailure }): boolean {
  return answer.kind === "failed" && NOT_ASKED.some((reason) => reason === answer.reason);
}
