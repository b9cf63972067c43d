import * as z from "zod";
import { bookSchema } from "./catalogue.ts";

/** Maximum number of books per batch. */
export const MAX_BATCH_BOOKS = 1000;

/** One line of a batch: an edition from a dump, and when its source last changed it. */
export const loadedBookSchema = bookSchema
  .omit({ provider: true, sources: true, unusedAnswers: true, updatedAt: true })
  .extend({ at: z.iso.datetime() });

const loadId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, "must be 16 hexadecimal digits")
  .meta({
    description: "Identifies a file and the options of its load",
    examples: ["0123456789abcdef"],
  });

export const loadQuerySchema = z.object({ load: loadId });

const wholeNumber = z
  .string()
  .regex(/^[0-9]{1,9}$/, "must be a whole number")
  .transform(Number)
  .meta({ type: "integer", minimum: 0 });

export const batchQuerySchema = loadQuerySchema.extend({
  batch: wholeNumber.meta({ description: "The number of the batch, from 0 without gaps" }),
  last: z.enum(["0", "1"]).default("0").meta({ description: "`1` for the last batch of the load" }),
});

/** The state of a load. */
export const loadStateSchema = z.object({
  load: loadId,
  nextBatch: z.int().min(0),
  /** Number of books in the stored batches. */
  books: z.int().min(0),
  completed: z.boolean(),
  isLimited: z.boolean().meta({
    description:
      "Whether the service runs on Cloudflare, where a load must specify languages or a limit",
  }),
  databaseBytes: z.int().optional(),
  maxDatabaseBytes: z.int().optional().meta({
    description: "Database size beyond which no further batch is stored; absent without a limit",
  }),
});

/** The result of a batch. */
export const batchResultSchema = loadStateSchema.extend({
  created: z.int().min(0),
  updated: z.int().min(0),
  unchanged: z.int().min(0),
});

export type LoadedBook = z.infer<typeof loadedBookSchema>;
export type LoadState = z.infer<typeof loadStateSchema>;
export type BatchResult = z.infer<typeof batchResultSchema>;
