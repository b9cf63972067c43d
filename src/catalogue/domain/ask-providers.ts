import { defined } from "../../platform/defined.ts";
import type {
  Lane,
  ProviderAnswer,
  ProviderId,
  ProviderSearchAnswer,
  TitleQuery,
} from "./provider.ts";
import { completeFromRecords, wantsRecords } from "./records.ts";
import { isLikelyPageCount } from "./text/page-count.ts";

/** Fields of a complete scan answer. If one is blank, the second provider is asked too. */
const WANTED_FIELDS = [
  "authors",
  "publisher",
  "publishedDate",
  "pageCount",
  "coverUrl",
  "description",
  "language",
] as const;

/** How long a scan waits for the first provider before it asks the second one too. */
const HEDGE_MS = 800;
/** How long a scan waits for the records that complete an answer. Meanwhile no other provider is asked. */
const RECORDS_MS = 1500;
/** Total time for a scan, over all providers. */
const SCAN_BUDGET_MS = 5000;
/** Time per provider for an import row. It is longer because no user is waiting for the answer. */
const IMPORT_CALL_BUDGET_MS = 10_000;

/** The limits of a provider that apply to a question: see `FlightRequest`. */
export interface AskingCaller {
  lane: Lane;
  account: boolean;
  isRefresh?: boolean;
  payer?: string;
}

/** A provider behind the desk that enforces its limits. */
export interface AskedProvider {
  id: ProviderId;
  /**
   * Whether a failure of this provider leaves the question open. False for a provider that refuses most callers anyway.
   */
  counts: boolean;
  lookup(isbn13: string, options: AskingCaller & { budgetMs: number }): Promise<ProviderAnswer>;
  /** Asks for one record of an edition or a work, if the provider has separate records. */
  record?(
    query: TitleQuery,
    options: AskingCaller & { budgetMs: number },
  ): Promise<ProviderSearchAnswer>;
}

/** One provider's answer, with the provider's id. */
export interface NamedAnswer {
  provider: ProviderId;
  counts: boolean;
  answer: ProviderAnswer;
}

/** Answers received when the question was settled, and those still pending. */
export interface Answers {
  settled: NamedAnswer[];
  late: Promise<NamedAnswer>[];
}

export interface AskDeps {
  /** In order of preference. */
  providers: readonly AskedProvider[];
  sleep(ms: number): Promise<void>;
  now(): number;
}

/**
 * Asks the providers for one edition. The first provider is asked alone. The second is asked when the first has no such
 * book, fails, leaves a wanted field blank, or has not answered after 800 ms. The first complete answer settles the
 * question, whichever provider it comes from; a pending answer is returned in `late`, so that it is not lost. `prefer`
 * is asked first if it is among the providers. A scan completes an answer from the provider's own records before it asks
 * another provider.
 *
 * An import asks the second provider only for books that the first does not have. Otherwise a file of a thousand books
 * would spend the second provider's daily quota on blank fields, or on an outage of the first. Providers in
 * `knownAbsentAt` have recently reported that they do not have the book and are not asked again.
 */
export async function askProviders(
  input: AskingCaller & {
    isbn13: string;
    prefer?: ProviderId;
    knownAbsentAt?: readonly ProviderId[];
  },
  deps: AskDeps,
): Promise<Answers> {
  const { isbn13, lane, account, isRefresh, payer, prefer, knownAbsentAt = [] } = input;
  const caller = { lane, account, ...defined({ isRefresh, payer }) };
  const scanEndsAt = deps.now() + SCAN_BUDGET_MS;
  const budgetMs = (): number =>
    lane === "scan" ? Math.max(0, scanEndsAt - deps.now()) : IMPORT_CALL_BUDGET_MS;
  const ask = (provider: AskedProvider): Promise<NamedAnswer> =>
    (knownAbsentAt.includes(provider.id)
      ? Promise.resolve<ProviderAnswer>({ kind: "absent" })
      : provider.lookup(isbn13, { ...caller, budgetMs: budgetMs() })
    )
      .catch((): ProviderAnswer => ({ kind: "failed", reason: "network" }))
      .then((answer) => ({ provider: provider.id, counts: provider.counts, answer }));

  const first = deps.providers.find(({ id }) => id === prefer) ?? deps.providers[0];
  if (!first) return { settled: [], late: [] };

  const completed = async (named: NamedAnswer): Promise<NamedAnswer> => {
    const record = deps.providers.find(({ id }) => id === named.provider)?.record;
    if (lane !== "scan" || record === undefined || !wantsRecords(named.answer)) return named;
    const until = Math.min(scanEndsAt, deps.now() + RECORDS_MS);
    const answer = await completeFromRecords(named.answer, (query) =>
      record(query, { ...caller, lane: "import", budgetMs: Math.max(0, until - deps.now()) }).catch(
        (): ProviderSearchAnswer => ({ kind: "failed", reason: "network" }),
      ),
    );
    return { ...named, answer };
  };

  const answer = ask(first);
  const early = lane === "scan" ? await Promise.race([answer, deps.sleep(HEDGE_MS)]) : await answer;
  const head = early && (await completed(early));
  const asked = [head ? Promise.resolve(head) : answer.then(completed)];
  if (head && (isComplete(head.answer) || (lane === "import" && head.answer.kind !== "absent"))) {
    return { settled: [head], late: [] };
  }

  const others = deps.providers.filter((provider) => provider !== first);
  asked.push(...others.map(async (provider) => completed(await ask(provider))));
  return lane === "scan" ? firstComplete(asked) : { settled: await Promise.all(asked), late: [] };
}

/** Resolves when one answer is complete or all have arrived. */
function firstComplete(asked: Promise<NamedAnswer>[]): Promise<Answers> {
  const settled: NamedAnswer[] = [];
  const open = new Set(asked);
  return new Promise((resolve) => {
    for (const question of asked) {
      void question.then((named) => {
        settled.push(named);
        open.delete(question);
        if (open.size === 0 || isComplete(named.answer)) {
          resolve({ settled: [...settled], late: [...open] });
        }
      });
    }
  });
}

function isComplete(answer: ProviderAnswer): boolean {
  if (answer.kind !== "found") return false;
  const { book } = answer;
  return WANTED_FIELDS.every((field) => {
    const value = book[field];
    if (field === "pageCount") return isLikelyPageCount(book.pageCount ?? 0);
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
}
