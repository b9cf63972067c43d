import { expect, it } from "vitest";
import type { PageTally } from "./domain/run.ts";
import { memoryMetrics } from "../platform/metrics/metrics.ts";
import { migrationObserver } from "./observer.ts";

const tally: PageTally = {
  counts: { listed: 6, migrated: 3, unchanged: 2, skipped: 0, failed: 1 },
  shapes: {},
  reasons: {},
};

it("counts the keys of a page once it is committed", () => {
  const metrics = memoryMetrics();
  const observer = migrationObserver(metrics);
  observer.page({ kind: "migration", dryRun: false }, tally, "conflict");
  observer.page({ kind: "migration", dryRun: false }, tally, "committed");
  observer.page({ kind: "migration", dryRun: true }, tally, "committed");
  observer.failed("validation");
  const series = metrics
    .take()
    .counters.map(({ name, labels, value }) => [name, ...Object.values(labels), value].join(" "));
  expect(series.sort()).toEqual([
    "migration_failures validation 1",
    "migration_keys dry_run failed 1",
    "migration_keys dry_run migrated 3",
    "migration_keys dry_run unchanged 2",
    "migration_keys migration failed 1",
    "migration_keys migration migrated 3",
    "migration_keys migration unchanged 2",
    "migration_pages dry_run committed 1",
    "migration_pages migration committed 1",
    "migration_pages migration conflict 1",
  ]);
});
