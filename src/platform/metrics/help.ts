import type { CounterName, GaugeName, HistogramName } from "./metrics.ts";

/** The accuracy note that every counter and histogram carries. */
const LOSS =
  "Summed over isolates; an isolate that ends loses the counts since its last report, at most 10 s of traffic.";

/** The Prometheus HELP text of each metric. */
export const HELP: {
  counters: Record<CounterName, string>;
  histograms: Record<HistogramName, string>;
  gauges: Record<GaugeName, string>;
} = {
  counters: {
    requests: `Responses by method, route and status. ${LOSS}`,
    responses_not_logged: `Responses omitted from the log by LOG_SAMPLE, by class of status. ${LOSS}`,
    lookups: `Single-book lookups by the tier that answered and the state of the answer. ${LOSS}`,
    kv_unreadable: `KV values that could not be parsed as a book, by reason. ${LOSS}`,
    cache_failures: `Failed KV operations. ${LOSS}`,
    flight_failures: `Lookups whose flight Durable Object was unreachable. ${LOSS}`,
    searches: `Title searches by answering source. ${LOSS}`,
    rate_limiter_failed_open: `Requests allowed because the rate limiter failed, by class. ${LOSS}`,
    idempotency_keys: `Requests with an idempotency key by outcome; \`lost\` also counts those that were too slow to keep their lease. ${LOSS}`,
    flag_evaluations: `Rollout flag evaluations by flag and result. ${LOSS}`,
    provider_calls: `Provider calls by outcome; each attempt counts. ${LOSS}`,
    provider_refusals: `Queries rejected by a provider's desk, by lane and reason. ${LOSS}`,
    legacy_socket_uses: `Connections to the legacy WebSocket, by deprecation state. ${LOSS}`,
    streams_opened: `Import progress streams opened, fresh or resumed after an event. ${LOSS}`,
    scheduled_tasks: `Runs of each scheduled task by outcome. ${LOSS}`,
    scheduled_items: `Items that scheduled tasks processed, such as rows swept or books refreshed. ${LOSS}`,
    rows_written: `Rows of tables and indexes written to D1, by source. Migration, deletion and retention are not counted. ${LOSS}`,
    failed_pairings: `Wrong, used or expired pairing codes that callers have sent. ${LOSS}`,
    quota_refusals: `Requests refused by a quota, by its name; \`service\` for the budget of the whole service. ${LOSS}`,
    migration_pages: `Pages of KV-to-D1 runs by outcome. ${LOSS}`,
    migration_keys: `Keys of committed pages by outcome. ${LOSS}`,
    migration_failures: `Failures of migration runs; each attempt counts. ${LOSS}`,
    breaker_transitions: `State changes of a provider's circuit breaker, by new state. ${LOSS}`,
  },
  histograms: {
    request_ms: `Time from request to response by route. The Worker's clock advances only on I/O. ${LOSS}`,
    d1_lookup_ms: `Duration of single-book reads in D1. ${LOSS}`,
    event_delay_ms: `Time from a step of an import to the moment its event is sent to a listener. ${LOSS}`,
    provider_batch_size: `Queries per provider call. ${LOSS}`,
    provider_wait_ms: `Time from query to provider call, by lane. ${LOSS}`,
    provider_call_ms: `Duration of provider calls. ${LOSS}`,
  },
  gauges: {
    queue_messages: "Messages waiting in a queue.",
    queue_oldest_message_seconds:
      "Age of the oldest message in a queue; 0 when the queue is empty.",
    open_import_jobs: "Imports that have not ended, by state.",
    import_job_idle_seconds:
      "Longest time since an open import made progress; 0 when none is open.",
    unfinished_deletion_seconds:
      "Age of the oldest account deletion that has not been finished; 0 when there is none.",
    dead_letters: "Dead-lettered messages that have not been retried.",
    service_budget_used_ratio:
      "Fraction of the service's daily budget of written rows that is used, and of the shares of all imports and of accounts younger than a day, 0 to 1; absent without a budget.",
    breaker_open: "State of the provider's circuit breaker: 1 open, 0.5 half-open, 0 closed.",
    provider_quota_used_ratio: "Fraction of the provider's daily quota that is used, 0 to 1.",
    migration_keys: "Keys of the latest KV-to-D1 run or of its validation, by outcome.",
    migration_running: "1 while a migration run is active, else 0.",
    backup_age_seconds:
      "Age of the newest daily backup, or of the service's start before the first; absent without BACKUP_DIR.",
    backup_failed: "1 after a daily backup that failed, until one succeeds; else 0.",
    scrape_source_up:
      "1 when this source of gauges answered in time, else 0 and its gauges are absent.",
  },
};
