import { d1Errors } from "../platform/d1/database.ts";
import type { Platform } from "../platform/platform.ts";
import { MINUTE_MS } from "../platform/time.ts";
import { storeBatch, type LoadDeps } from "./domain/load/store-batch.ts";
import type { LoadRouteDeps } from "./http/load-admin.ts";
import { findLoad, hasLoadedCatalogue, heldBooks, writeBatch } from "./storage/loads.ts";

/** D1 is limited to 10 GB; the rest is for shelves and imports. */
const MAX_DB_BYTES = 8_000_000_000;

/** Connects the loading of a local catalogue to D1. */
export function catalogueLoads({
  env,
  config,
  log,
  now,
  random,
}: Platform): Omit<LoadRouteDeps, "once"> {
  const d1 = d1Errors(log);
  const isLimited = config.ENVIRONMENT !== "local";
  const maxDatabaseBytes = config.MAX_DB_BYTES ?? (isLimited ? MAX_DB_BYTES : 0);
  const deps: LoadDeps = {
    progress: (load) => d1.read(findLoad(env.DB, load)),
    held: (isbns) => d1.read(heldBooks(env.DB, isbns)),
    write: (position, writes) => d1.write(writeBatch(env.DB, position, writes)),
    maxDatabaseBytes,
    now,
    random,
  };
  const progress = deps.progress.bind(deps);
  return {
    progress,
    storeBatch: (batch) => storeBatch(batch, deps),
    maxDatabaseBytes,
    isLimited,
  };
}

/** Whether a whole catalogue is loaded; checked once a minute. False if the database fails. */
export function localCatalogue({ env, log, now }: Platform): () => Promise<boolean> {
  let known: { value: boolean; until: number } | undefined;
  return async () => {
    if (known && now() < known.until) return known.value;
    const value = await hasLoadedCatalogue(env.DB).catch((error: unknown) => {
      log.error("d1_read_failed", { error });
      return false;
    });
    known = { value, until: now() + MINUTE_MS };
    return value;
  };
}
