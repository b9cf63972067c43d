import type { Lane, ProviderAnswer, ProviderId } from "./provider.ts";

/** The fields that make a scan's answer complete; an answer that leaves one blank is worth a second question. */
const WANTED_FIELDS = ["authors", "publisher", "publishedDate", "pageCount", "coverUrl"] as const;

/** A scan waits this long for the first provider alone before it asks the second one too. */
const HEDGE_MS = 800;
/** A scan may take this long in all, whoever is asked when. */
const SCAN_BUDGET_MS = 5000;
/** An import row gives this long to each provider: nobody stands at a shelf for it. */
const IMPORT_CALL_BUDGET_MS = 10_000;

/** A provider as the catalogue asks it: through the desk that keeps its limits. */
export interface AskedProvider {
  id: ProviderId;
  /** Whether its failure leaves the question open. False for a provider that refuses most callers anyway. */
  counts: boolean;
  lookup(
    isbn13: string,
    options: { lane: Lane; budgetMs: number; account: boolean },
  ): Promise<ProviderAnswer>;
}

/** One provider's answer with its name on it. */
export interface NamedAnswer {
  provider: ProviderId;
  counts: boolean;
  answer: ProviderAnswer;
}

/** What the providers said: what was in when the question was settled, and what is still on its way. */
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
 * Asks the providers for one edition. The first is asked alone; the second when the first has no such book, cannot
 * say, leaves a wanted field blank, or has not answered after 800 ms. A complete answer settles the question
 * whoever gives it; an answer still on its way is handed out as `late`, so that it is not lost. `prefer` comes first
 * if it is one of those that may be asked.
 *
 * An import asks the second provider only for books that the first does not have: a file of a thousand books would
 * spend the second one's day on blank fields, or on an outage of the first. Providers of `knownAbsentAt` have just said that
 * they have no such book, and are not asked again.
 */
export async function askProviders(
  input: {
    isbn13: string;
    lane: Lane;
    account: boolean;
    prefer?: ProviderId;
    knownAbsentAt?: readonly ProviderId[];
  },
  deps: AskDeps,
): Promise<Answers> {
  const { isbn13, lane, account, prefer, knownAbsentAt = [] } = input;
  const scanEndsAt = deps.now() + SCAN_BUDGET_MS;
  const budgetMs = (): number =>
    lane === "scan" ? Math.max(0, scanEndsAt - deps.now()) : IMPORT_CALL_BUDGET_MS;
  const ask = (provider: AskedProvider): Promise<NamedAnswer> =>
    (knownAbsentAt.includes(provider.id)
      ? Promise.resolve<ProviderAnswer>({ kind: "absent" })
      : provider.lookup(isbn13, { lane, budgetMs: budgetMs(), account })
    )
      .catch((): ProviderAnswer => ({ kind: "failed", reason: "network" }))
      .then((answer) => ({ provider: provider.id, counts: provider.counts, answer }));

  const first = deps.providers.find(({ id }) => id === prefer) ?? deps.providers[0];
  if (!first) return { settled: [], late: [] };

  const asked = [ask(first)];
  const head =
    lane === "scan" ? await Promise.race([asked[0], deps.sleep(HEDGE_MS)]) : await asked[0];
  if (head && (isComplete(head.answer) || (lane === "import" && head.answer.kind !== "absent"))) {
    return { settled: [head], late: [] };
  }

  asked.push(...deps.providers.filter((provider) => provider !== first).map(ask));
  return lane === "scan" ? firstComplete(asked) : { settled: await Promise.all(asked), late: [] };
}

/** Waits until one answer is complete or all are in. */
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
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
}
