import type { Readiness, ReadinessCheck } from "../../../contract/operations.ts";
import { MINUTE_MS, SECOND_MS } from "../time.ts";
import { withTimeout } from "./with-timeout.ts";
import { kvKeys } from "../../catalogue/storage/keys.ts";

/** The last file of migrations/. The service is not ready on a database without it. */
export const SCHEMA_VERSION = "0014_index_twins.sql";

const CHECK_BUDGET_MS = SECOND_MS;
const RESULT_TTL_MS = 10 * SECOND_MS;
/** A message that has waited this long means that the queue has no consumer. */
const MAX_QUEUE_AGE_MS = 15 * MINUTE_MS;

const SCHEMA = "SELECT name FROM d1_migrations ORDER BY name DESC LIMIT 1";
const LAST_MIGRATION = `
  SELECT status FROM MigrationRuns WHERE kind = 'migration' ORDER BY started_at DESC LIMIT 1`;
const PROBE = "SELECT isbn FROM Books LIMIT 1";

interface ReadinessDeps {
  db: D1Database;
  kv: KVNamespace;
  queue: Queue;
  version: string;
  now(): number;
}

/** Checks every dependency. Each check has one second; the result is cached for ten. */
export function readinessProbe(deps: ReadinessDeps): () => Promise<Readiness> {
  // The result is cached, never the promise: a promise is cancelled with the request that started it.
  let cached: { at: number; result: Readiness } | undefined;
  return async () => {
    if (!cached || deps.now() - cached.at >= RESULT_TTL_MS) {
      cached = { at: deps.now(), result: await checkAll(deps) };
    }
    return cached.result;
  };
}

const CHECKS = {
  database: checkDatabase,
  cache: checkCache,
  queue: checkQueue,
  migration: checkMigration,
};

async function checkAll(deps: ReadinessDeps): Promise<Readiness> {
  const checks = await Promise.all(
    Object.entries(CHECKS).map(async ([name, check]): Promise<[string, ReadinessCheck]> => {
      const outcome = await withTimeout(CHECK_BUDGET_MS, check(deps));
      return [name, outcome.ok ? outcome.value : { ok: false, detail: "no response" }];
    }),
  );
  return {
    status: checks.every(([, { ok }]) => ok) ? "ready" : "not_ready",
    version: deps.version,
    checks: Object.fromEntries(checks),
  };
}

async function checkDatabase({ db }: ReadinessDeps): Promise<ReadinessCheck> {
  const [schema] = await db.batch<{ name: string }>([db.prepare(SCHEMA), db.prepare(PROBE)]);
  const name = schema?.results[0]?.name ?? "none";
  return { ok: name >= SCHEMA_VERSION, detail: `schema ${name}, needs ${SCHEMA_VERSION}` };
}

async function checkCache({ kv }: ReadinessDeps): Promise<ReadinessCheck> {
  await kv.get(kvKeys.flag("enable_d1_reads"));
  return { ok: true, detail: "responds" };
}

async function checkQueue({ queue, now }: ReadinessDeps): Promise<ReadinessCheck> {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  const age = oldestMessageTimestamp ? now() - oldestMessageTimestamp.getTime() : 0;
  return {
    ok: age < MAX_QUEUE_AGE_MS,
    detail: `${backlogCount} waiting, oldest ${Math.round(age / 1000)} s`,
  };
}

async function checkMigration({ db }: ReadinessDeps): Promise<ReadinessCheck> {
  const status = (await db.prepare(LAST_MIGRATION).first<string>("status")) ?? "not_started";
  return { ok: status !== "failed", detail: status };
}
