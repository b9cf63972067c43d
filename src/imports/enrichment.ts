import { type CatalogueModule, d1BookSearch } from "../catalogue/module.ts";
import type { QueueConsumer } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { shelfLimitsOf } from "../quotas/domain/policy.ts";
import type { QuotasModule } from "../quotas/module.ts";
import { safely } from "./announcing.ts";
import { enrichJob, type EnrichJobDeps } from "./domain/enrich/job.ts";
import { editionSources } from "./domain/match/edition-sources.ts";
import { enrichImport } from "./job-objects.ts";
import type { ImportWork } from "./objects/connections.ts";
import { consumeWakes, wakeSender, type WakeMessage } from "./queue/consumer.ts";
import { d1ImportBooks, freeLease, renewHold } from "./storage/enrichment.ts";
import { d1WaitingRows } from "./storage/matching.ts";

/** The part of the catalogue that the enrichment phase uses. */
type Catalogue = Pick<CatalogueModule, "askFlight" | "providers">;

/** Consumes the queue of imports: each message takes its job one step further. */
export function importConsumer({ env, log }: Platform): QueueConsumer {
  return (batch) =>
    consumeWakes(batch as MessageBatch<WakeMessage>, {
      step: (jobId) => enrichImport(env, jobId),
      queueWake: wakeSender(env.IMPORT_QUEUE, log),
      log,
    });
}

/** Builds the enrichment steps of a job's Durable Object. */
export function enrichmentWork(
  platform: Platform,
  below: { catalogue: Catalogue; quotas: QuotasModule },
): Pick<ImportWork, "enrich" | "freeLease"> {
  const deps = enrichmentDeps(platform, below);
  return {
    enrich: (jobId, announce) =>
      enrichJob(jobId, { ...deps, announce: safely(announce, jobId, platform.log) }),
    freeLease: (jobId) => freeLease(platform.env.DB, jobId),
  };
}

function enrichmentDeps(
  platform: Platform,
  { catalogue, quotas }: { catalogue: Catalogue; quotas: QuotasModule },
): Omit<EnrichJobDeps, "announce"> {
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
  };
}
