import * as z from "zod";
import { limitSchema } from "./library-query.ts";

const instant = z.iso.datetime();
const count = z.int().min(0);
const switchedOn = z
  .enum(["true", "false", "1", "0", ""])
  .default("false")
  .transform((text) => text === "true" || text === "1");

const prefix = z.string().max(200).default("book:isbn:");

/** Status of a run, for operators. `not_started`: no run has ever been started. */
export const runStatusSchema = z.enum([
  "not_started",
  "running",
  "paused",
  "completed",
  "failed",
  "cancelled",
]);

export const migrateQuerySchema = z.object({ dryRun: switchedOn, resume: switchedOn, prefix });
export const validateQuerySchema = z.object({ prefix });

export const runStartedSchema = z
  .object({ runId: z.string(), status: runStatusSchema })
  .meta({ id: "RunStarted" });

const tally = z.record(z.string(), count);

const runFields = {
  shapes: tally,
  reasons: tally,
  status: runStatusSchema,
  runId: z.string().optional(),
  prefix: z.string().optional(),
  listed: count,
  cursor: z.string().optional(),
  lastProcessedKey: z.string().optional(),
  keysPerSecond: z.number().optional(),
  etaSeconds: count.optional(),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  timestamp: instant,
  error: z.string().optional(),
};

/** One field that differs between KV and the D1 row. A side without the field has no member. */
const differenceSchema = z.object({
  field: z.string(),
  kv: z.string().optional(),
  row: z.string().optional(),
});

/** A key that failed to migrate, or that validation reported. */
export const migrationErrorSchema = z
  .object({
    runId: z.string(),
    key: z.string(),
    reason: z.string(),
    differences: z.array(differenceSchema).optional(),
    at: instant,
  })
  .meta({ id: "MigrationError" });

/** Progress of a migration. `migrated + unchanged + skipped + failed = listed`. */
export const migrationStatusSchema = z
  .object({
    ...runFields,
    dryRun: z.boolean(),
    migrated: count,
    unchanged: count,
    skipped: count,
    failed: count,
    totalMigrated: count,
    totalErrors: count,
    estimatedSeconds: count.optional(),
    firstFailures: z.array(migrationErrorSchema),
  })
  .meta({ id: "MigrationStatus" });

/** Progress of a validation. Each key is counted once: `same + superseded + skipped + different = listed`. */
export const validationStatusSchema = z
  .object({
    ...runFields,
    same: count,
    superseded: count,
    skipped: count,
    different: count,
    differences: z.object({ missing: count, differs: count, columnVsBlob: count }),
    valid: z.boolean().optional(),
    firstDifferences: z.array(migrationErrorSchema),
  })
  .meta({ id: "ValidationStatus" });

export const errorsQuerySchema = z.object({
  runId: z.string().max(100).optional(),
  kind: z.enum(["migration", "validation"]).default("migration"),
  limit: limitSchema(500, 100),
  cursor: z.string().max(20).optional(),
});

export const migrationErrorsSchema = z
  .object({ items: z.array(migrationErrorSchema), nextCursor: z.string().optional() })
  .meta({ id: "MigrationErrors" });

export type MigrationStatus = z.infer<typeof migrationStatusSchema>;
export type ValidationStatus = z.infer<typeof validationStatusSchema>;
export type MigrationError = z.infer<typeof migrationErrorSchema>;
export type MigrationErrors = z.infer<typeof migrationErrorsSchema>;
export type RunStarted = z.infer<typeof runStartedSchema>;
