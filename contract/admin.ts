import * as z from "zod";
import { bookSchema } from "./catalogue.ts";
import { limitSchema } from "./library-query.ts";

const instant = z.iso.datetime();
const count = z.int().min(0);
const switchedOn = z
  .enum(["true", "false", "1", "0", ""])
  .default("false")
  .transform((text) => text === "true" || text === "1");

const prefix = z.string().max(200).default("book:isbn:");

/** What an operator reads a run by. `not_started`: there has never been one. */
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

/** One field as KV and the row have it; a side that says nothing has no member. */
const differenceSchema = z.object({
  field: z.string(),
  kv: z.string().optional(),
  row: z.string().optional(),
});

/** A key that failed, or that the validation has something to say about. */
export const migrationErrorSchema = z
  .object({
    runId: z.string(),
    key: z.string(),
    reason: z.string(),
    differences: z.array(differenceSchema).optional(),
    at: instant,
  })
  .meta({ id: "MigrationError" });

/** Where a migration stands. `migrated + unchanged + skipped + failed = listed`. */
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

/** Where a validation stands. Each key is counted once: `same + superseded + skipped + different = listed`. */
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

/** A switch, or a share of the accounts with named ones let in whatever their share. */
export const flagStateSchema = z.union([
  z.boolean(),
  z.object({
    percentage: z.number().min(0).max(100),
    allow: z.array(z.string().max(200)).max(1000).default([]),
  }),
]);

export const flagNameSchema = z.object({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, "must be the name of a flag"),
});

/** The state itself, or the answer of a GET sent back. */
export const flagBodySchema = z.union(
  [flagStateSchema, z.object({ state: flagStateSchema }).transform(({ state }) => state)],
  'must be true, false, or {"percentage": 0 to 100, "allow": ["user id"]}',
);

/** A flag with where its state comes from; `default` where KV holds none that can be read. */
export const flagSchema = z
  .object({ name: z.string(), state: flagStateSchema, source: z.enum(["kv", "default"]) })
  .meta({ id: "Flag" });

export const cacheMetricsQuerySchema = z.object({
  limit: limitSchema(500, 100),
});

/** Counts of the cache as the isolates have written them, a few seconds late. */
export const cacheMetricsSchema = z
  .object({
    keys: count,
    hits: count,
    misses: count,
    hitRate: z.number().min(0).max(1).optional(),
    items: z.array(
      z.object({
        key: z.string(),
        hits: count,
        misses: count,
        lastAccessed: instant,
        sizeBytes: count.optional(),
        ttlSeconds: count.optional(),
      }),
    ),
  })
  .meta({ id: "CacheMetrics" });

export const cacheIsbnSchema = z.object({ isbn: z.string().max(64) });

/** What was dropped from KV, and what was kept because D1 does not hold it. */
export const cacheDroppedSchema = z
  .object({
    isbn: bookSchema.shape.isbn,
    dropped: z.array(z.string()),
    kept: z.array(z.string()),
  })
  .meta({ id: "CacheDropped" });

export type MigrationStatus = z.infer<typeof migrationStatusSchema>;
export type ValidationStatus = z.infer<typeof validationStatusSchema>;
export type MigrationError = z.infer<typeof migrationErrorSchema>;
export type MigrationErrors = z.infer<typeof migrationErrorsSchema>;
export type RunStarted = z.infer<typeof runStartedSchema>;
export type FlagAnswer = z.infer<typeof flagSchema>;
export type CacheMetricsAnswer = z.infer<typeof cacheMetricsSchema>;
export type CacheDropped = z.infer<typeof cacheDroppedSchema>;
