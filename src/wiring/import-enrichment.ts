import { consumeWakes, wakeSender, type WakeMessage } from "../imports/queue/import-consumer.ts";
import type { ProviderId } from "../catalogue/domain/provider.ts";
import type { Resolution } from "../catalogue/domain/resolution.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import { enrichDeferred } from "../imports/domain/enrich/enrich-deferred.ts";
import { enrichJob, type EnrichJobDeps } from "../imports/domain/enrich/enrich-job.ts";
import { editionSources } from "../imports/domain/match/edition-sources.ts";
import type { Log } from "../platform/log.ts";
import { d1DeferredBooks } from "../imports/storage/deferred.ts";
import { d1ImportBooks, renewHold } from "../imports/storage/enrichment.ts";
import { d1WaitingRows } from "../imports/storage/matching.ts";
import { d1BookSearch } from "../catalogue/storage/search.ts";
import { setTimer } from "./timer.ts";

/** What the second phase of imports shares with the rest of the isolate. */
export interface EnrichmentServices {
  log: Log;
  /** Asks for a book in the lane of imports, on behalf of an account. */
  resolve(isbn13: string): Promise<Resolution>;
  /** Tells a job's listeners that events were written. */
  announce(jobId: string): Promise<void>;
  /** The providers that may be asked, in their order. */
  providers: readonly { id: ProviderId }[];
  now(): number;
}

const newId = (): string => crypto.randomUUID();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Says that a job may have books to be asked for, now or after some ms. */
export function wakeQueue(env: Env, log: Log): (jobId: string, afterMs?: number) => Promise<void> {
  return wakeSender(env.IMPORT_QUEUE, log);
}

/** The consumer of the queue of imports. */
export function importConsumer(
  env: Env,
  services: EnrichmentServices,
): (batch: MessageBatch<WakeMessage>) => Promise<void> {
  const { log } = services;
  const deps = enrichmentDeps(env, services);
  return (batch) =>
    consumeWakes(batch, {
      step: (jobId) => enrichJob(jobId, deps),
      queueWake: wakeQueue(env, log),
      log,
    });
}

function enrichmentDeps(env: Env, services: EnrichmentServices): EnrichJobDeps {
  const { log, resolve, now } = services;
  return {
    books: d1ImportBooks(env.DB, log),
    rows: d1WaitingRows(env.DB, newId, log),
    editions: editionSources({
      catalogue: d1BookSearch(env.DB, log),
      providers: services.providers.map(({ id }) => ({
        id,
        search: (query, options) => env.PROVIDER_DESKS.getByName(id).search(query, options),
      })),
    }),
    resolve,
    renew: renewHold(env.DB, log),
    setTimer,
    pause: sleep,
    now,
    newId,
    announce: async (jobId) => {
      try {
        await services.announce(jobId);
      } catch (error) {
        // Listeners ask again by themselves.
        log.error("import_not_announced", { jobId, error });
      }
    },
  };
}

/** What the clock sets off for imports that have ended. */
export function enrichmentTasks(
  env: Env,
  { resolve, now }: Pick<EnrichmentServices, "resolve" | "now">,
): Record<string, ScheduledTask> {
  const deferred = d1DeferredBooks(env.DB);
  return { enrich_deferred: () => enrichDeferred({ deferred, resolve, now }) };
}
