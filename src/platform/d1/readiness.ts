import type { Readiness, ReadinessCheck } from "../../../contract/operations.ts";
import type { ReadinessChecks } from "../module.ts";
import { isRecent } from "../time.ts";
import { withTimeout } from "./with-timeout.ts";

/** The last file of migrations/: the service is not ready on a database that lacks it. */
export const SCHEMA_VERSION = "0039_bring_back_undone.sql";

const CHECK_BUDGET_MS = 1000;
/** How long one result is shared by all callers. */
const RESULT_SHARED_MS = 10_000;

const SCHEMA = "SELECT name FROM d1_migrations ORDER BY name DESC LIMIT 1";
const PROBE = "SELECT isbn FROM Books LIMIT 1";

/** Runs all checks, each within one second, and shares the result for ten seconds. */
export function readinessProbe(deps: {
  checks: ReadinessChecks;
  version: string;
  now(): number;
}): () => Promise<Readiness> {
  // The result is shared, not the promise: a promise is cancelled with the request that created it.
  let shared: { at: number; result: Readiness } | undefined;
  return async () => {
    if (!shared || !isRecent(shared.at, RESULT_SHARED_MS, deps.now())) {
      shared = { at: deps.now(), result: await checkAll(deps) };
    }
    return shared.result;
  };
}

async function checkAll({
  checks,
  version,
}: {
  checks: ReadinessChecks;
  version: string;
}): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, ReadinessCheck]> => {
      const outcome = await withTimeout(CHECK_BUDGET_MS, check());
      return [name, outcome.ok ? outcome.value : { ok: false, detail: "does not answer" }];
    }),
  );
  return {
    status: results.every(([, { ok, optional }]) => ok || optional === true)
      ? "ready"
      : "not_ready",
    version,
    checks: Object.fromEntries(results),
  };
}

/** Checks that D1 answers and has every migration that this version needs. */
export async function checkDatabase(db: D1Database): Promise<ReadinessCheck> {
  const [schema] = await db.batch<{ name: string }>([db.prepare(SCHEMA), db.prepare(PROBE)]);
  const name = schema?.results[0]?.name ?? "none";
  return { ok: name >= SCHEMA_VERSION, detail: `schema ${name}, needs ${SCHEMA_VERSION}` };
}
