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

export type ReviewItem = z.infer<typeof reviewItemSchema>;
