import type {
  Lane,
  ProviderAnswer,
  ProviderFailed,
  ProviderSearchAnswer,
  TitleQuery,
} from "../provider.ts";

import type { AskOptions } from "./ports.ts";
import { SPENDERS, type Spender } from "./day-shares.ts";

/**
 * Two halves of a batch with an inconclusive answer. If both are inconclusive too, the provider is
 * the cause, not a record.
 */
export interface Split {
  unproven: number;
}

/** A half that is asked again as one batch. */
export interface Part {
  readonly split: Split;
}

/** One caller: `deadline` is when its budget ends (ms since the epoch); `resolve` is called exactly once. */
export interface Waiter<Answer = never> {
  readonly lane: Lane;
  readonly spender: Spender;
  readonly deadline: number;
  resolve(answer: Answer | ProviderFailed): void;
}

interface JobBase<Answer> {
  /** Equal questions have equal keys and share one job. */
  readonly key: string;
  readonly queuedAt: number;
  lane: Lane;
  waiters: Waiter<Answer>[];
  /** Until when the job may wait for others to share its call. */
  gatherUntil: number;
  /** Earliest time to send it, because it is backing off. */
  notBefore: number;
  attempts: number;
  /** The failure of the last attempt. */
  failure?: ProviderFailed;
}

/** A question for the provider, and its waiting callers. */
export interface LookupJob extends JobBase<ProviderAnswer> {
  readonly kind: "lookup";
  readonly isbn: string;
  /**
   * Set while the job is repeated as part of a split batch; only jobs of the same part share a
   * call.
   */
  part?: Part;
}
export interface SearchJob extends JobBase<ProviderSearchAnswer> {
  readonly kind: "search";
  readonly query: TitleQuery;
}
export type Job = LookupJob | SearchJob;

/** A new lookup of one edition, without waiters. */
export function lookupJob(isbn: string, lane: Lane, now: number): LookupJob {
  return { kind: "lookup", isbn, ...base<ProviderAnswer>(isbn, lane, now) };
}

/** A new search, without waiters. */
export function searchJob(query: TitleQuery, lane: Lane, now: number): SearchJob {
  return { kind: "search", query, ...base<ProviderSearchAnswer>(searchKey(query), lane, now) };
}

/** The key of a search; the key of a lookup is its ISBN. */
export function searchKey(query: TitleQuery): string {
  const { edition, isbn13, work, workRecord, image, words, title, author, limit } = query;
  const asked = [words, title, author, limit, edition, work, image, isbn13, workRecord];
  return `search ${JSON.stringify(asked)}`;
}

function base<Answer>(key: string, lane: Lane, now: number): JobBase<Answer> {
  return {
    key,
    lane,
    queuedAt: now,
    waiters: [],
    gatherUntil: Infinity,
    notBefore: now,
    attempts: 0,
  };
}

/** The contents of one call: several lookups, or a single search. */
export type Load =
  | { readonly kind: "lookup"; readonly jobs: readonly LookupJob[] }
  | { readonly kind: "search"; readonly jobs: readonly [SearchJob] };

/** With less time left, a call would only time out. */
const MIN_CALL_MS = 50;
/** Maximum wait of a caller: a waiting caller keeps the Durable Object in memory. */
const MAX_BUDGET_MS = 600_000;

/** A caller that arrives now. A budget that is not a number counts as 0. */
export function waiterFor<Answer>(
  { lane, account, budgetMs, isRefresh }: AskOptions,
  now: number,
  resolve: (answer: Answer | ProviderFailed) => void,
): Waiter<Answer> {
  const deadline = now + Math.min(MAX_BUDGET_MS, Math.max(0, budgetMs || 0));
  const spender =
    lane === "import" ? (isRefresh ? "refresh" : "import") : account ? "live" : "anonymous";
  return { lane, spender, deadline, resolve };
}

/** The spender of the call for a load: the highest-priority spender among its waiters. */
export function spenderOf({ jobs }: Load): Spender {
  const waiting = jobs.flatMap<{ spender: Spender }>(({ waiters }) => waiters);
  return SPENDERS.find((one) => waiting.some(({ spender }) => spender === one)) ?? "import";
}

/** After this moment no call can be made for the caller any more. */
export function lastStart({ deadline }: Waiter): number {
  return deadline - MIN_CALL_MS;
}

/** Resolves the waiters for which `failureFor` returns a failure, and keeps the others waiting. */
export function dismiss(
  job: Job,
  failureFor: (waiter: Waiter) => ProviderFailed | undefined,
): void {
  const stays = (waiter: Waiter): boolean => {
    const failure = failureFor(waiter);
    if (failure !== undefined) waiter.resolve(failure);
    return failure === undefined;
  };
  if (job.kind === "lookup") job.waiters = job.waiters.filter(stays);
  else job.waiters = job.waiters.filter(stays);
}
