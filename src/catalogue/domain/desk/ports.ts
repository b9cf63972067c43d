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

/** Who asks, and how long it can wait (ms, 10 minutes at most); `account`: on behalf of a caller with a token. */
export interface AskOptions {
  readonly lane: Lane;
  readonly budgetMs: number;
  readonly account: boolean;
}

/** How a desk stands at one moment. `refusesForMs` is absent when it takes questions. */
export interface DeskStatus {
  readonly provider: ProviderId;
  readonly breaker: BreakerState;
  /** Set when a scan that can wait 5 s would be turned away at once: for how long. */
  readonly refusesForMs?: number;
  readonly queued: { readonly scan: number; readonly import: number };
  readonly inFlight: number;
  readonly quota?: { readonly day: string; readonly spent: number; readonly perDay: number };
}

/** The one place through which a provider is asked. Every question is answered within its budget; none rejects. */
export interface Desk {
  lookup(isbn13: string, options: AskOptions): Promise<ProviderAnswer>;
  search(query: TitleQuery, options: AskOptions): Promise<ProviderSearchAnswer>;
  status(): DeskStatus;
}

/** Where the desk keeps what outlives it: one record. */
export interface DeskStorage {
  load(): DeskRecord | undefined;
  save(record: DeskRecord): void;
}

/** What a desk counts. Every metric carries the label `provider`. */
export interface DeskMetrics {
  /**
   * `provider_calls`: by `outcome` (`answered` or the reason of the failure), each try by itself.
   * `provider_refusals`: callers turned away at the desk, by `reason` and `lane`.
   * `breaker_transitions`: by `to`.
   */
  count(
    name: "provider_calls" | "provider_refusals" | "breaker_transitions",
    labels: Readonly<Record<string, string>>,
  ): void;
  /** `provider_batch_size`: questions a call; `provider_wait_ms`: from question to call, by `lane`; `provider_call_ms`: from call to answer. */
  observe(
    name: "provider_batch_size" | "provider_wait_ms" | "provider_call_ms",
    value: number,
    labels: Readonly<Record<string, string>>,
  ): void;
}

/** Everything a desk needs from outside. */
export interface DeskDeps {
  readonly provider: Provider;
  readonly limits: DeskLimits;
  readonly storage: DeskStorage;
  readonly metrics: DeskMetrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Calls `fire` once after `delayMs`; the result takes it back. */
  readonly setTimer: (delayMs: number, fire: () => void) => () => void;
  /** Told what must not happen and was survived: a provider that threw, a record that could not be written. */
  readonly report: (what: "provider_threw" | "record_not_saved", error: unknown) => void;
}
