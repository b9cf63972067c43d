import type { ScheduledTask } from "../platform/scheduled.ts";
import { once, type OnceDeps } from "../idempotency/domain/once.ts";
import type { Once } from "../idempotency/http.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";
import { kvAnswerCopies } from "../idempotency/storage/copies.ts";
import { d1IdempotencyKeys, sweepIdempotencyKeys } from "../idempotency/storage/claims.ts";
import { runtimeSecrets } from "./secrets.ts";
import { setTimer } from "./timer.ts";

/** Rows that one run of the sweep deletes at most; the rest waits a minute. */
const SWEEP_BATCH_SIZE = 1000;

/** What idempotency keys need of the isolate. */
interface Shared {
  log: Log;
  metrics: Metrics;
  now(): number;
  defer(work: Promise<unknown>): void;
}

/** Carries requests out once, by keys in D1. */
export function onceFor(env: Env, { log, metrics, now, defer }: Shared): Once {
  const deps: OnceDeps = {
    keys: d1IdempotencyKeys(env.DB, log),
    copies: kvAnswerCopies(env.IDEMPOTENCY_CACHE, { now, log }),
    sha256: (text) => runtimeSecrets.sha256(text),
    newId: () => crypto.randomUUID(),
    defer,
    setTimer,
    observe: (event) => metrics.count("idempotency_keys", { event }),
    now,
  };
  return (request, run) => once(request, run, deps);
}

/** What the clock sets off for idempotency keys. */
export function idempotencyTasks(env: Env, now: () => number): Record<string, ScheduledTask> {
  return {
    sweep_idempotency_keys: () => sweepIdempotencyKeys(env.DB, now(), SWEEP_BATCH_SIZE),
  };
}
