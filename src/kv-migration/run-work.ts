import { d1HeldBooks } from "../catalogue/module.ts";
import { sha256 } from "../platform/crypto.ts";
import type { Platform } from "../platform/platform.ts";
import { workOnRun, type WorkDeps } from "./domain/work.ts";
import type { MigrationWork } from "./objects/connections.ts";
import { migrationObserver } from "./observer.ts";
import { d1PageWriter } from "./storage/pages.ts";
import { d1MigrationRuns } from "./storage/runs.ts";
import { kvMigrationSource } from "./storage/source.ts";

/** Pages per alarm: 200 statements of the 1,000 that D1 allows per invocation, and a few seconds. */
const PAGES_PER_ALARM = 100;
/**
 * Pause between two pages. On a single machine the steps of a page follow each other without the runtime polling its
 * sockets, so requests would wait for the whole run.
 */
const PAUSE_MS = 5;
/**
 * Maximum number of consecutive failures. With a minute between the later attempts this takes an hour and a half. The run then
 * fails, so that an operator notices.
 */
const MAX_FAILURES = 100;

/** The work of the Durable Object that drives the runs. */
export function migrationWork(
  platform: Pick<Platform, "env" | "log" | "metrics" | "now" | "newId" | "sleep">,
): MigrationWork {
  const { env, log, metrics, now, newId, sleep } = platform;
  const runs = d1MigrationRuns(env.DB);
  const write = d1PageWriter(env.DB, newId);
  const observe = migrationObserver(metrics);
  const deps: WorkDeps = {
    source: kvMigrationSource(env.BOOK_CACHE, sha256),
    held: d1HeldBooks(env.DB),
    runs: {
      running: (kind) => runs.running(kind),
      async commit(run, plan, checkpoint) {
        const outcome = await write(run, plan, checkpoint);
        observe.page(run, plan.tally, outcome);
        return outcome;
      },
    },
    pause: () => sleep(PAUSE_MS),
    now,
  };
  return {
    work: (kind) => workOnRun({ kind, pages: PAGES_PER_ALARM }, deps),
    async failed(kind, error, failures) {
      observe.failed(kind);
      log.error("migration_failed", { kind, failures, error });
      const run = await runs.running(kind);
      if (run === undefined) return false;
      const isFinal = failures >= MAX_FAILURES;
      const reason = error instanceof Error ? error.message : String(error);
      await runs.noteError(run.runId, reason, now(), isFinal);
      return !isFinal;
    },
  };
}
