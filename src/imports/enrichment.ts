import { type CatalogueModule, d1BookSearch } from "../catalogue/module.ts";
import type { QueueConsumer } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { shelfLimitsOf } from "../quotas/domain/policy.ts";
import type { QuotasModule } from "../quotas/module.ts";
import { enrichJob, type EnrichJobDeps } from "./domain/enrich/job.ts";
import { editionSources } from "./domain/match/edition-sources.ts";
import { announceImport } from "./job-objects.ts";
import { consumeWakes, wakeSender, type WakeMessage } from "./queue/consumer.ts";
import { d1ImportBooks, renewHold } from "./storage/enrichment.ts";
import { d1WaitingRows } from "./storage/matching.ts";

/** The part of the catalogue that the enrichment phase uses. */
type Catalogue = Pick<CatalogueModule, "askFlight" | "providers">;

/** Consumes the queue of imports: each message takes its job one step further. */
export function importConsumer(
  platform: Platform,
  below: { catalogue: Catalogue; quotas: QuotasModule },
): QueueConsumer {
  const { env, log } = platform;
  const deps = enrichmentDeps(platform, below);
  return (batch) =>
    consumeWakes(batch as MessageBatch<WakeMessage>, {
      step: (jobId) => enrichJob(jobId, deps),
      queueWake: wakeSender(env.IMPORT_QUEUE, log),
      log,
    });
}

function enrichmentDeps(
  platform: Platform,
  { catalogue, quotas }: { catalogue: Catalogue; quotas: QuotasModule },
): EnrichJobDeps {
  const { env, log, now, newId, setTimer, sleep } = platform;
  const db = quotas.countedDb("imports");
  return {
    books: d1ImportBooks(db, log),
    rows: d1WaitingRows(db, newId, log, shelfLimitsOf(quotas.quotas)),
    editions: (payer) =>
      editionSources(
        { catalogue: d1BookSearch(env.DB, log), providers: catalogue.providers },
        payer,
      ),
    resolve: (isbn13, payer) =>
      catalogue.askFlight(isbn13, { lane: "import", account: true, payer }),
    renew: renewHold(env.DB, log),
    setTimer,
    pause: sleep,
    now,
    newId,
    async announce(jobId) {
      try {
        await announceImport(env, jobId);
      } catch (error) {
        // Listeners read the history regularly, so they find the events anyway.
        log.error("import_not_announced", { jobId, error });
      }
    },
  };
}
