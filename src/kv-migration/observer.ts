import type { Outcome, PageTally, Run } from "./domain/run.ts";
import type { CommitOutcome } from "./domain/work.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";

const OUTCOMES: readonly Outcome[] = ["migrated", "unchanged", "skipped", "failed"];

/** Counts pages by outcome, and the keys of committed pages. */
export function migrationObserver(metrics: Metrics): {
  page(run: Pick<Run, "kind" | "dryRun">, tally: PageTally, outcome: CommitOutcome): void;
  failed(kind: Run["kind"]): void;
} {
  return {
    page({ kind, dryRun }, { counts }, outcome) {
      const run = dryRun ? "dry_run" : kind;
      metrics.count("migration_pages", { run, outcome });
      if (outcome !== "committed") return;
      for (const each of OUTCOMES) {
        metrics.counter("migration_keys", { run, outcome: each }).value += counts[each];
      }
    },
    failed: (kind) => metrics.count("migration_failures", { kind }),
  };
}
