import { expect, it } from "vitest";
import type { PageTally } from "../domain/migration/run.ts";
import { memoryMetrics } from "./metrics.ts";
import { migrationObserver } from "./migration-observer.ts";

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
  const series = [...metrics.read().counters].map(([name, { value }]) => [name, value]);
  expect(Object.fromEntries(series)).toEqual({
    'migration_pages{run="migration",outcome="conflict"}': 1,
    'migration_pages{run="migration",outcome="committed"}': 1,
    'migration_keys{run="migration",outcome="migrated"}': 3,
    'migration_keys{run="migration",outcome="unchanged"}': 2,
    'migration_keys{run="migration",outcome="skipped"}': 0,
    'migration_keys{run="migration",outcome="failed"}': 1,
    'migration_pages{run="dry_run",outcome="committed"}': 1,
    'migration_keys{run="dry_run",outcome="migrated"}': 3,
    'migration_keys{run="dry_run",outcome="unchanged"}': 2,
    'migration_keys{run="dry_run",outcome="skipped"}': 0,
    'migration_keys{run="dry_run",outcome="failed"}': 1,
    'migration_failures{kind="validation"}': 1,
  });
});
