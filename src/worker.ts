import { bookFlight } from "./catalogue/objects/book-flight.ts";
import { importJob } from "./imports/objects/import-job.ts";
import { kvMigration } from "./kv-migration/objects/kv-migration.ts";
import { metricsHub } from "./platform/metrics/metrics-hub.ts";
import { providerDesk } from "./catalogue/objects/provider-desk.ts";
import type { QueueMessage } from "./wiring/queues.ts";
import { appFor, consumerFor, importWorkFor, scheduledWork, migrationWorkFor } from "./wiring.ts";
import { deskConnections, resolverFor } from "./wiring/lookups.ts";
import { metricsSink } from "./wiring/metrics.ts";

export { DailySalt } from "./rate-limits/objects/daily-salt.ts";
export { RateLimiter } from "./rate-limits/objects/rate-limiter.ts";
/** One object an ISBN that nobody here knows yet. */
export class BookFlight extends bookFlight(resolverFor) {}
/** One object an import. */
export class ImportJob extends importJob(importWorkFor) {}
/** One object for the migration from KV, one for its validation. */
export class KvMigration extends kvMigration(migrationWorkFor) {}
/** One object, which adds up what the isolates count. */
export class MetricsHub extends metricsHub(metricsSink) {}
/** One object a provider. */
export class ProviderDesk extends providerDesk(deskConnections) {}

let app: ReturnType<typeof appFor> | undefined;

export default {
  fetch(request, env, context) {
    app ??= appFor(env);
    return app.fetch(request, env, context);
  },
  async queue(batch, env) {
    await consumerFor(env)(batch);
  },
  async scheduled(_controller, env) {
    await scheduledWork(env)();
  },
} satisfies ExportedHandler<Env, QueueMessage>;
