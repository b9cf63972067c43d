import type { ProviderFailed, ProviderId } from "../provider.ts";
import type { BreakerState } from "./breaker.ts";
import type { Call } from "./call.ts";
import type { CallOutcome } from "./outcome.ts";
import type { DeskMetrics } from "./ports.ts";
import type { Waiter } from "./work.ts";

/** Counts and measures a desk's events. */
export class Instruments {
  readonly #metrics: DeskMetrics;
  readonly #provider: ProviderId;

  constructor(metrics: DeskMetrics, provider: ProviderId) {
    this.#metrics = metrics;
    this.#provider = provider;
  }

  refused({ lane }: Waiter, { reason }: ProviderFailed): void {
    this.#metrics.count("provider_refusals", { provider: this.#provider, lane, reason });
  }

  started({ load, startedAt }: Call): void {
    const provider = this.#provider;
    this.#metrics.observe("provider_batch_size", load.jobs.length, { provider });
    for (const { attempts, lane, queuedAt } of load.jobs) {
      if (attempts > 1) continue;
      this.#metrics.observe("provider_wait_ms", startedAt - queuedAt, { provider, lane });
    }
  }

  ended({ startedAt }: Call, result: CallOutcome, now: number): void {
    const provider = this.#provider;
    const outcome = result.kind === "failed" ? result.failure.reason : result.kind;
    this.#metrics.count("provider_calls", { provider, outcome });
    this.#metrics.observe("provider_call_ms", now - startedAt, { provider });
  }

  breaker(from: BreakerState, to: BreakerState): void {
    if (from === to) return;
    this.#metrics.count("breaker_transitions", { provider: this.#provider, to });
  }
}
