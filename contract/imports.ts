import * as z from "zod";
import { importAssumptionSchema, readingOptionsSchema } from "./import-assumptions.ts";

/** Limits of an import: rows, and bytes of the file. */
export const MAX_IMPORT = { rows: 50_000, bytes: 25 * 1024 * 1024 } as const;

/** The same for an export of this service, which may have a whole shelf with its history. */
export const MAX_OWN_IMPORT = { rows: 100_000, bytes: 100 * 1024 * 1024 } as const;

export const importStatusSchema = z.enum([
  "queued",
  "processing",
  "completed",
  "failed",
  "cancelled",
  "previewed",
  "undone",
]);

export const importPhaseSchema = z.enum(["shelving", "enriching"]);
export const importModeSchema = z.enum(["merge", "overwrite"]);
export const withoutIsbnSchema = z.enum(["review", "shelve"]);
export const rowOutcomeSchema = z.enum([
  "created",
  "updated",
  "unchanged",
  "needsReview",
  "invalid",
  "notProcessed",
]);

/** Options of an import. */
export const importOptionsSchema = z
  .object({
    dryRun: z.boolean().default(false),
    mode: importModeSchema.default("merge"),
    enrich: z.boolean().default(true),
    withoutIsbn: withoutIsbnSchema.default("review").meta({
      description:
        "How to handle rows with a title but no ISBN: queue them for review, or shelve them as the file describes them",
    }),
    ...readingOptionsSchema.shape,
  })
  .meta({ id: "ImportOptions" });

const count = z.int().min(0);

export const importOutcomesSchema = z
  .object({
    created: count,
    updated: count,
    unchanged: count,
    needsReview: count,
    invalid: count,
    notProcessed: count,
  })
  .meta({ id: "ImportOutcomes", description: "Rows by outcome; the counts add up to totalRows" });

export const importEnrichmentSchema = z
  .object({ done: count, pending: count, notFound: count, deferred: count })
  .meta({
    id: "ImportEnrichment",
    description: "Books of the file by the result of their provider lookup",
  });

export const importAcceptedSchema = z
  .object({
    jobId: z.string(),
    status: z.literal("queued"),
    format: z.string(),
    formatConfidence: z.number().min(0).max(1),
    encoding: z.string().meta({ description: "The encoding's label in the Encoding Standard" }),
    encodingConfidence: z.number().min(0).max(1),
    totalRows: count,
    statusUrl: z.string(),
    streamUrl: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "ImportAccepted" });

/** State of a job; polling and every event of the stream use the same shape. */
export const importSnapshotSchema = z
  .object({
    jobId: z.string(),
    status: importStatusSchema,
    phase: importPhaseSchema,
    attempt: z.int().min(1),
    seq: count,
    progress: z.number().min(0).max(1),
    totalRows: count,
    processedRows: count,
    outcomes: importOutcomesSchema,
    enrichment: importEnrichmentSchema,
    message: z.string(),
    format: z.string(),
    formatConfidence: z.number().min(0).max(1),
    encoding: z.string().optional().meta({
      description:
        "The encoding's label in the Encoding Standard; absent for imports of earlier releases",
    }),
    encodingConfidence: z.number().min(0).max(1).optional(),
    assumptions: z.array(importAssumptionSchema).optional().meta({
      description: "The assumptions made while reading the file; only for previews",
    }),
    mode: importModeSchema,
    dryRun: z.boolean(),
    undoing: z.literal(true).optional().meta({
      description: "Present while the import is being undone; its status is then `processing`",
    }),
    currentTitle: z.string().optional(),
    rowsPerSecond: z.number().min(0).optional(),
    etaSeconds: count.optional(),
    streamUrl: z.string(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().optional(),
    completedAt: z.iso.datetime().optional(),
    error: z.object({ code: z.string(), text: z.string() }).optional(),
  })
  .meta({ id: "ImportSnapshot" });

/**
 * Body of a commit: choices for reading the file, under the names of the assumptions they replace.
 */
export const commitImportRequestSchema = z
  .object({ options: readingOptionsSchema.strict().optional() })
  .meta({ id: "CommitImportRequest" });

export const importListSchema = z.object({
  items: z.array(importSnapshotSchema),
  nextCursor: z.string().optional(),
});

const reasonSchema = z.object({ code: z.string(), text: z.string() });

export const importRowSchema = z
  .object({
    row: z.int().min(1).meta({ description: "Record number in the file; the header is 1" }),
    line: z.int().min(1).meta({ description: "Line in the file" }),
    outcome: rowOutcomeSchema,
    isbn: z.string().optional(),
    title: z.string().optional(),
    reason: reasonSchema.optional(),
    notes: z
      .array(reasonSchema)
      .meta({ description: "Notes about values that were corrected or omitted" }),
    matchedBy: z.enum(["isbn13", "isbn10", "titleAuthor"]).optional(),
    score: z.number().min(0).max(1).optional(),
    enrichment: z.enum(["done", "pending", "notFound", "deferred"]).optional(),
    undo: z.enum(["reverted", "changedSince"]).optional(),
  })
  .meta({ id: "ImportRow" });

export const importRowListSchema = z.object({
  items: z.array(importRowSchema),
  nextCursor: z.string().optional(),
});

export type ImportStatus = z.infer<typeof importStatusSchema>;
export type ImportPhase = z.infer<typeof importPhaseSchema>;
export type ImportMode = z.infer<typeof importModeSchema>;
export type WithoutIsbn = z.infer<typeof withoutIsbnSchema>;
export type RowOutcome = z.infer<typeof rowOutcomeSchema>;
export type ImportOptions = z.infer<typeof importOptionsSchema>;
export type ImportOutcomes = z.infer<typeof importOutcomesSchema>;
export type ImportEnrichment = z.infer<typeof importEnrichmentSchema>;
export type ImportAccepted = z.infer<typeof importAcceptedSchema>;
export type ImportSnapshot = z.infer<typeof importSnapshotSchema>;
export type ImportRowView = z.infer<typeof importRowSchema>;
