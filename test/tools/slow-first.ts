import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Suffixes of the paths of files that take many times as long as others. */
export const SLOW = [
  "api/openapi-fuzz.test.ts",
  "kv-migration/crashes.test.ts",
  "imports/archive.test.ts",
  "imports/crashes.test.ts",
  "quotas/imports.test.ts",
  "imports/round-trip.test.ts",
  "api/route-isolation.test.ts",
  "e2e/migration.test.ts",
  "e2e/edge-kills.test.ts",
  "e2e/imports.test.ts",
  "e2e/client.test.ts",
  "e2e/idempotency.test.ts",
  "web/import.test.ts",
  "web/shelf.test.ts",
  "web/settings.test.ts",
];

/** Starts with the slow files, so that none of them runs alone at the end. In a fresh checkout, vitest only knows the sizes of files. */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification): boolean =>
      SLOW.some((end) => moduleId.endsWith(end));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
