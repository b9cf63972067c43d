import { sha256 } from "../platform/crypto.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { AppliedChanges } from "./domain/applied-change.ts";
import { once, type OnceDeps } from "./domain/once.ts";
import type { Once } from "./http.ts";
import { d1AppliedChanges, sweepAppliedChanges } from "./storage/applied-changes.ts";
import { d1IdempotencyKeys, sweepIdempotencyKeys } from "./storage/claims.ts";
import { kvAnswerCopies } from "./storage/copies.ts";

export { IDEMPOTENCY_KEY, idempotently, KEY_REFUSALS, type Once } from "./http.ts";
export { keepChangeSql, keptValues, keyIsFreeSql } from "./storage/applied-changes.ts";
export { answerStatements, progressStatements } from "./storage/claims.ts";

/** Maximum number of rows that one run of the sweep deletes; the next run follows a minute later. */
const SWEEP_BATCH_SIZE = 1000;

/** Interface of the module for the modules above it. */
export interface IdempotencyModule extends Module {
  /** Carries out a request once per key. */
  once: Once;
  /** The keys of the changes of outboxes. */
  appliedChanges: AppliedChanges;
}

/** Idempotency keys in D1, with copies of the answers in KV. */
export function idempotencyModule(platform: Platform): IdempotencyModule {
  const { env, log, metrics, now } = platform;
  const deps: OnceDeps = {
    keys: d1IdempotencyKeys(env.DB, log),
    copies: kvAnswerCopies(env.IDEMPOTENCY_CACHE, { now, log }),
    sha256,
    newId: platform.newId,
    defer: platform.defer,
    setTimer: platform.setTimer,
    observe: (event) => metrics.count("idempotency_keys", { event }),
    now,
  };
  return {
    once: (request, run) => once(request, run, deps),
    appliedChanges: d1AppliedChanges(env.DB, log),
    tasks: {
      sweep_idempotency_keys: () => sweepIdempotencyKeys(env.DB, now(), SWEEP_BATCH_SIZE),
      sweep_sync_keys: () => sweepAppliedChanges(env.DB, now(), SWEEP_BATCH_SIZE),
    },
  };
}
