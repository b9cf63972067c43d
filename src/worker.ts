import { bookFlight } from "./catalogue/objects/book-flight.ts";
import { providerDesk } from "./catalogue/objects/provider-desk.ts";
import { importJob } from "./imports/objects/job.ts";
import { importTurns } from "./imports/objects/turns.ts";
import { kvMigration } from "./kv-migration/objects/runs.ts";
import { metricsSink } from "./platform/metrics/hub-client.ts";
import { metricsHub } from "./platform/metrics/hub.ts";
import { serviceOf } from "./service.ts";
import { changeHub } from "./sync/objects/change-hub.ts";

export { AccountUploads } from "./imports/objects/uploads.ts";
export { DailySalt } from "./rate-limits/objects/daily-salt.ts";
export { RateLimiter } from "./rate-limits/objects/rate-limiter.ts";
/** The flights of ISBNs that are not in the catalogue yet, in groups. */
export class BookFlight extends bookFlight((env) => serviceOf(env).catalogue.resolveFlight) {}
/** One per user with a change stream. */
export class ChangeHub extends changeHub((env) => serviceOf(env).sync.hubWork) {}
/** One per import. */
export class ImportJob extends importJob((env) => serviceOf(env).imports.jobWork) {}
/** A single instance that decides which import may work next. */
export class ImportTurns extends importTurns((env) => serviceOf(env).imports.turnsWork) {}
/** One for the migration from KV, one for its validation. */
export class KvMigration extends kvMigration((env) => serviceOf(env).kvMigration.runWork) {}
/** A single instance that sums the metrics of all isolates. */
export class MetricsHub extends metricsHub(metricsSink) {}
/** One per provider. */
export class ProviderDesk extends providerDesk((id, env) =>
  serviceOf(env).catalogue.deskConnections(id),
) {}

let app: ReturnType<ReturnType<typeof serviceOf>["app"]> | undefined;

export default {
  fetch(request, env, context) {
    app ??= serviceOf(env).app();
    return app.fetch(request, env, context);
  },
  queue: (batch, env) => serviceOf(env).queue(batch),
  scheduled: (_controller, env) => serviceOf(env).scheduled(),
} satisfies ExportedHandler<Env>;
