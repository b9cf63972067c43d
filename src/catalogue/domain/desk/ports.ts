import type {
  Lane,
  Provider,
  ProviderAnswer,
  ProviderId,
  ProviderSearchAnswer,
  TitleQuery,
} from "../provider.ts";
import type { BreakerState } from "./breaker.ts";
import type { DeskLimits, DeskRecord } from "./gate.ts";

/**
 * The caller's lane and how long it can wait (ms, at most 10 minutes). `account`: on behalf of a caller with a token.
 */
export interface AskOptions {
  readonly lane: Lane;
  readonly budgetMs: number;
  readonly account: boolean;
  /** In the import lane: the question refreshes a stored book and does not belong to an import. */
  readonly isRefresh?: boolean;
}

/** Snapshot of a desk. `refusesForMs` is absent while it accepts questions. */
export interface DeskStatus {
  readonly provider: ProviderId;
  readonly breaker: BreakerState;
  /** Set when a scan that can wait 5 s would be rejected immediately: for how long. */
  readonly refusesForMs?: number;
  /** Set while the provider refuses this deployment: since when (ms since the epoch), and with which status. */
  readonly denied?: { readonly since: number; readonly status?: number };
  readonly queued: { readonly scan: number; readonly import: number };
  readonly inFlight: number;
  readonly quota?: { readonly day: string; readonly spent: number; readonly perDay: number };
}

/** Rate-limited gateway to one provider. Every question is answered within its budget; no promise rejects. */
export interface Desk {
  lookup(isbn13: string, options: AskOptions): Promise<ProviderAnswer>;
  search(query: TitleQuery, options: AskOptions): Promise<ProviderSearchAnswer>;
  status(): DeskStatus;
}

/** Storage for the desk's persisted state: one record. */
export interface DeskStorage {
  load(): DeskRecord | undefined;
  save(record: DeskRecord): void;
}

/** Metrics of a desk. Each has the label `provider`. */
export interface DeskMetrics {
  /**
   * `provider_calls`: by `outcome` (`answered` or the reason of the failure), each attempt counted separately.
   * `provider_refusals`: callers rejected by the desk, by `reason` and `lane`.
   * `breaker_transitions`: by `to`.
   */
  count(
    name: "provider_calls" | "provider_refusals" | "breaker_transitions",
    labels: Readonly<Record<string, string>>,
  ): void;
  /**
   * `provider_batch_size`: questions per call; `provider_wait_ms`: from question to call, by `lane`;
   * `provider_call_ms`: from call to answer.
   */
  observe(
    name: "provider_batch_size" | "provider_wait_ms" | "provider_call_ms",
    value: number,
    labels: Readonly<Record<string, string>>,
  ): void;
}

/** Dependencies of a desk. */
export interface DeskDeps {
  readonly provider: Provider;
  readonly limits: DeskLimits;
  readonly storage: DeskStorage;
  readonly metrics: DeskMetrics;
  /** ISBNs of stored books that came from this provider, for a desk that knows none. */
  readonly seedCanaries?: (() => Promise<readonly string[]>) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Calls `fire` once after `delayMs`; the returned function cancels it. */
  readonly setTimer: (delayMs: number, fire: () => void) => () => void;
  /** Reports unexpected errors that the desk survived: a provider that threw, a record that could not be written. */
  readonly report: (what: "provider_threw" | "record_not_saved", error: unknown) => void;
}
