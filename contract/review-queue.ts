import * as z from "zod";
import { v1 } from "./catalogue.ts";
import { libraryBookSchema } from "./library.ts";

/** An imported row whose book the user has to identify. */
export const reviewItemSchema = z
  .object({
    id: z.string(),
    jobId: z.string(),
    row: z.int().min(1).meta({ description: "Record number in the file; the header is 1" }),
    title: z.string().optional(),
    authors: z.array(z.string()),
    raw: z.record(z.string(), z.string()).meta({ description: "The row's cells by column" }),
    reason: z.object({ code: z.string(), text: z.string() }),
    candidates: z.array(
      z.object({
        isbn: z.string(),
        title: z.string(),
        authors: z.array(z.string()),
        score: z.number(),
        coverUrl: z.string().optional(),
        publicationYear: z.int().optional(),
        publisher: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "ReviewItem" });

export const reviewPageSchema = v1(
  z.object({
    items: z.array(reviewItemSchema),
    count: z.int().min(0),
    total: z.int().min(0),
    nextCursor: z.string().optional(),
  }),
);

/** The user's decision: the row is this edition (`isbn`), or is kept with its own data (`keep`). */
export const resolveReviewRequestSchema = z
  .object({
    isbn: z.string().min(1).max(100).optional(),
    keep: z.literal(true).optional(),
  })
  .refine(({ isbn, keep }) => (isbn === undefined) !== (keep === undefined), {
    message: "send either the isbn of the book or keep: true",
    path: ["isbn"],
  })
  .meta({ id: "ResolveReviewRequest" });

export const resolvedReviewResponseSchema = v1(
  z.object({ resolved: z.literal(true), added: z.boolean(), book: libraryBookSchema }),
);

/** Maximum numbers of rows that one bulk request names or settles, and that it shelves. */
export const MAX_BULK = { rows: 1000, kept: 100 } as const;

const reviewIds = z.array(z.string().min(1).max(100)).min(1).max(MAX_BULK.rows);

/** A decision about many waiting rows: those of `ids`, those of one import, or all. */
export const bulkReviewRequestSchema = z
  .object({
    ids: reviewIds.optional(),
    jobId: z.string().min(1).max(100).optional(),
    keep: z.literal(true).optional(),
    dismiss: z.literal(true).optional(),
  })
  .refine(({ keep, dismiss }) => (keep === undefined) !== (dismiss === undefined), {
    message: "send either keep: true or dismiss: true",
    path: ["keep"],
  })
  .refine(({ ids, jobId }) => ids === undefined || jobId === undefined, {
    message: "cannot be combined with jobId",
    path: ["ids"],
  })
  .meta({ id: "BulkReviewRequest" });

export const bulkReviewResponseSchema = v1(
  z.object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(["kept", "dismissed", "notWaiting", "refused"]),
        isbn: z.string().optional().meta({ description: "The book that the row was shelved as" }),
        problem: z.object({ code: z.string(), detail: z.string() }).optional(),
      }),
    ),
    remaining: z.int().min(0).meta({
      description:
        "Rows of the selection that have not been processed and can be settled in the same way; repeat the request",
    }),
  }),
).meta({ id: "BulkReviewResponse" });

export type BulkReviewRequest = z.infer<typeof bulkReviewRequestSchema>;
export type BulkReviewResult = z.infer<typeof bulkReviewResponseSchema>["data"]["results"][number];
export type ReviewItem = z.infer<typeof reviewItemSchema>;
