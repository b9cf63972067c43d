import type { CounterName, GaugeName, HistogramName } from "./metrics.ts";

/** How much an isolate can take with it, for every count. */
const LOSS =
  "Summed over isolates; one that ends takes along what it counted since its last report, 10 s of traffic at most.";

/** What each metric says, for people. */
export const HELP: {
  counters: Record<CounterName, string>;
  histograms: Record<HistogramName, string>;
  gauges: Record<GaugeName, string>;
} = {
  counters: {
    requests: `Answered requests by method, route and status. ${LOSS}`,
    lookups: `Lookups of one book by the tier that answered and the state of the answer. ${LOSS}`,
    kv_unreadable: `Values in KV that could not be read as a book, by reason. ${LOSS}`,
    cache_failures: `Operations on KV that failed. ${LOSS}`,
    flight_failures: `Lookups whose flight object could not be reached. ${LOSS}`,
    searches: `Title searches by who answered. ${LOSS}`,
    rate_limiter_failed_open: `Requests let through because the limiter failed, by class. ${LOSS}`,
    idempotency_keys: `Requests under an idempotency key by what came of it; \`lost\` counts those besides that were too slow to keep theirs. ${LOSS}`,
    flag_evaluations: `Rollout flags by what they were for a caller. ${LOSS}`,
    provider_calls: `Calls to a provider by outcome, each try by itself. ${LOSS}`,
    provider_refusals: `Questions turned away at a provider's desk, by lane and reason. ${LOSS}`,
    legacy_socket_uses: `Openings of the old WebSocket, by where its deprecation stands. ${LOSS}`,
    streams_opened: `Progress streams of imports, fresh ones and those that go on behind an event. ${LOSS}`,
    scheduled_tasks: `Runs of each scheduled task by outcome. ${LOSS}`,
    scheduled_items: `What scheduled tasks dealt with: rows swept, books refreshed. ${LOSS}`,
    migration_pages: `Pages of runs from KV to D1, by what became of them. ${LOSS}`,
    migration_keys: `Keys of committed pages, by outcome. ${LOSS}`,
    migration_failures: `Failures of runs, each try by itself. ${LOSS}`,
    breaker_transitions: `Changes of a provider's circuit breaker, by new state. ${LOSS}`,
  },
  histograms: {
    request_ms: `Time from request to answer by route, as the Worker's clock sees it: it stands still without I/O. ${LOSS}`,
    d1_lookup_ms: `Time of single-book reads in D1. ${LOSS}`,
    event_delay_ms: `Time from an import's step to the moment at which a listener is told of it. ${LOSS}`,
    provider_batch_size: `Questions a call to a provider. ${LOSS}`,
    provider_wait_ms: `Time from question to call, by lane. ${LOSS}`,
    provider_call_ms: `Time from call to answer of a provider. ${LOSS}`,
  },
  gauges: {
    queue_messages: "Messages that wait in a queue.",
    queue_oldest_message_seconds:
      "Age of the oldest message that waits in a queue; 0 when none does.",
    open_import_jobs: "Imports that have not ended, by state.",
    import_job_idle_seconds: "Longest time since an open import moved; 0 when none is open.",
    dead_letters: "Messages that a queue gave up on and that nobody has retried.",
    breaker_open:
      "1 while the provider's circuit breaker lets nothing through, 0.5 while it tries, else 0.",
    provider_quota_used_ratio: "Share of the provider's daily quota that is spent, 0 to 1.",
    migration_keys: "Keys of the latest run from KV to D1, or of its validation, by outcome.",
    migration_running: "1 while a run is under way.",
    scrape_source_up:
      "1 when this source of gauges answered in time, else 0; its gauges are then absent.",
  },
};
